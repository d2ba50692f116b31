import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { lacksPurposes } from '../../rule-checks.ts';
import { ofNewSubordinate } from '../../rule-scope.ts';

export const subordinatePurposesAbsent = defineRule({
  id: 'cabf-smime/subordinate-purposes-absent',
  title: 'a subordinate CA has none of the purposes that are for others',
  clause: 'S/MIME BR 1.0.10 §7.1.2.2',
  severity: 'error',
  effective: { from: '2023-09-01' },
  appliesTo: 'certificate',
  when: ofNewSubordinate,
  check: lacksPurposes(
    'a CA for e-mail must not have',
    OID.serverAuth,
    OID.codeSigning,
    OID.timeStamping,
    OID.anyExtendedKeyUsage,
  ),
});
