import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { lacksPurposes } from '../../rule-checks.ts';
import { ofOtherSubordinate } from '../../rule-scope.ts';

export const subordinateOtherPurposes = defineRule({
  id: 'cabf-tls/subordinate-other-purposes',
  title: 'a subordinate CA for anything but TLS servers has no purpose that would let it make them',
  clause: 'TLS BR 2.2.6 §7.1.2.3.3',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: ofOtherSubordinate,
  check: lacksPurposes(
    'a CA that is not for TLS servers must not have',
    OID.OCSPSigning,
    OID.anyExtendedKeyUsage,
    OID.precertificateSigning,
  ),
});
