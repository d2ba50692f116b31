import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isMarkedCritical } from '../../rule-checks.ts';
import { has } from '../../rule-scope.ts';

export const inhibitAnyPolicyCritical = defineRule({
  id: 'rfc5280/inhibit-any-policy-critical',
  title: 'inhibitAnyPolicy is critical',
  clause: 'RFC 5280 §4.2.1.14',
  severity: 'error',
  appliesTo: 'certificate',
  when: has(OID.inhibitAnyPolicy),
  check: isMarkedCritical(OID.inhibitAnyPolicy),
});
