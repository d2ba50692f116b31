import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { isNotCritical } from '../../rule-checks.ts';
import { hasPurpose } from '../../rule-scope.ts';

export const extendedKeyUsageAnyNotCritical = defineRule({
  id: 'rfc5280/extended-key-usage-any-not-critical',
  title: 'extKeyUsage with anyExtendedKeyUsage is not critical',
  clause: 'RFC 5280 §4.2.1.12',
  severity: 'warning',
  appliesTo: 'certificate',
  when: hasPurpose(OID.anyExtendedKeyUsage),
  check: isNotCritical(OID.extKeyUsage),
});
