import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isMarkedCritical } from '../../rule-checks.ts';
import { has } from '../../rule-scope.ts';

export const policyConstraintsCritical = defineRule({
  id: 'rfc5280/policy-constraints-critical',
  title: 'policyConstraints is critical',
  clause: 'RFC 5280 §4.2.1.11',
  severity: 'error',
  appliesTo: 'certificate',
  when: has(OID.policyConstraints),
  check: isMarkedCritical(OID.policyConstraints),
});
