import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { hasOnlyPurposes } from '../../rule-checks.ts';
import { ofNewSubordinate } from '../../rule-scope.ts';

/** Of version 1.0.16, read second hand in its announcement. */
export const subordinatePurposes = defineRule({
  id: 'cabf-smime/subordinate-purposes',
  title: 'a subordinate CA has no purposes but emailProtection and clientAuth',
  clause: 'S/MIME BR 1.0.16 §7.1.2.2',
  severity: 'error',
  effective: { from: '2027-07-01' },
  appliesTo: 'certificate',
  when: ofNewSubordinate,
  check: hasOnlyPurposes(
    'a CA for e-mail must not have',
    OID.emailProtection,
    OID.clientAuth,
    // These have a rule of their own.
    OID.serverAuth,
    OID.codeSigning,
    OID.timeStamping,
    OID.anyExtendedKeyUsage,
  ),
});
