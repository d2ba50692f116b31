import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isMarkedCritical } from '../../rule-checks.ts';
import { has } from '../../rule-scope.ts';

export const policyMappingsCritical = defineRule({
  id: 'rfc5280/policy-mappings-critical',
  title: 'policyMappings is critical',
  clause: 'RFC 5280 §4.2.1.5',
  severity: 'warning',
  appliesTo: 'certificate',
  when: has(OID.policyMappings),
  check: isMarkedCritical(OID.policyMappings),
});
