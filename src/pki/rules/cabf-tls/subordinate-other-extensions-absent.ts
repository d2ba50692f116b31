import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { hasOnly } from '../../rule-checks.ts';
import { ofSubordinate } from '../../rule-scope.ts';

const KNOWN: readonly string[] = [
  OID.authorityKeyIdentifier,
  OID.basicConstraints,
  OID.certificatePolicies,
  OID.cRLDistributionPoints,
  OID.keyUsage,
  OID.subjectKeyIdentifier,
  OID.extKeyUsage,
  OID.authorityInfoAccess,
  OID.nameConstraints,
  OID.signedCertificateTimestamps,
];

export const subordinateOtherExtensionsAbsent = defineRule({
  id: 'cabf-tls/subordinate-other-extensions-absent',
  title: 'a subordinate CA has no extensions but those of the table',
  clause: 'TLS BR 2.2.6 §7.1.2.2.3, §7.1.2.3.1, §7.1.2.6.1',
  severity: 'warning',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: ofSubordinate,
  check: hasOnly(KNOWN, 'a subordinate CA'),
});
