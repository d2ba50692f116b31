import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { hasOnlyPurposes } from '../../rule-checks.ts';
import { ofTlsSubordinate } from '../../rule-scope.ts';

export const subordinateTlsPurposesOthers = defineRule({
  id: 'cabf-tls/subordinate-tls-purposes-others',
  title: 'a subordinate CA for TLS servers has no purposes but serverAuth and clientAuth',
  clause: 'TLS BR 2.2.6 §7.1.2.10.6',
  severity: 'warning',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: ofTlsSubordinate,
  check: hasOnlyPurposes(
    'is not recommended in a CA for TLS servers',
    OID.serverAuth,
    OID.clientAuth,
    // These must not be there, by a rule of their own.
    OID.codeSigning,
    OID.emailProtection,
    OID.timeStamping,
    OID.OCSPSigning,
    OID.anyExtendedKeyUsage,
    OID.precertificateSigning,
  ),
});
