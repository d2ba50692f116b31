import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { lacksPurposes } from '../../rule-checks.ts';
import { ofCross } from '../../rule-scope.ts';

export const crossAnyPurposeAbsent = defineRule({
  id: 'cabf-smime/cross-any-purpose-absent',
  title: 'a cross-certificate has no anyExtendedKeyUsage',
  clause: 'S/MIME BR 1.0.10 §7.1.2.2',
  severity: 'error',
  effective: { from: '2023-09-01' },
  appliesTo: 'certificate',
  when: ofCross,
  check: lacksPurposes('a cross-certificate must not have', OID.anyExtendedKeyUsage),
});
