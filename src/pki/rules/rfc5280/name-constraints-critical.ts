import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isMarkedCritical } from '../../rule-checks.ts';
import { has } from '../../rule-scope.ts';

export const nameConstraintsCritical = defineRule({
  id: 'rfc5280/name-constraints-critical',
  title: 'nameConstraints is critical',
  clause: 'RFC 5280 §4.2.1.10',
  severity: 'error',
  appliesTo: 'certificate',
  when: has(OID.nameConstraints),
  check: isMarkedCritical(OID.nameConstraints),
});
