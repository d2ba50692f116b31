import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { lacksPurposes } from '../../rule-checks.ts';
import { ofTlsSubordinate } from '../../rule-scope.ts';

export const subordinateTlsPurposes = defineRule({
  id: 'cabf-tls/subordinate-tls-purposes',
  title: 'a subordinate CA for TLS servers has no purpose that the table forbids beside serverAuth',
  clause: 'TLS BR 2.2.6 §7.1.2.10.6',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: ofTlsSubordinate,
  check: lacksPurposes(
    'a CA for TLS servers must not have',
    OID.codeSigning,
    OID.emailProtection,
    OID.timeStamping,
    OID.OCSPSigning,
    OID.anyExtendedKeyUsage,
    OID.precertificateSigning,
  ),
});
