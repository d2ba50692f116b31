import { OID } from '../../../der/oid.ts';
import { ofIntermediate } from '../../mozilla-intermediates.ts';
import { defineRule } from '../../rule.ts';
import { lacksPurposes } from '../../rule-checks.ts';

export const intermediateAnyPurposeAbsent = defineRule({
  id: 'mozilla/intermediate-any-purpose-absent',
  title: 'an intermediate has no anyExtendedKeyUsage',
  clause: 'MRSP 3.1 §5.3',
  severity: 'error',
  effective: { from: '2019-01-01' },
  appliesTo: 'certificate',
  when: ofIntermediate,
  check: lacksPurposes('an intermediate must not have', OID.anyExtendedKeyUsage),
});
