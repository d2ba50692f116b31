import { OID, oidName } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';

/** Those of the table, and cRLDistributionPoints, which has a rule of its own. */
const KNOWN: readonly string[] = [
  OID.authorityKeyIdentifier,
  OID.basicConstraints,
  OID.keyUsage,
  OID.subjectKeyIdentifier,
  OID.extKeyUsage,
  OID.certificatePolicies,
  OID.signedCertificateTimestamps,
  OID.cRLDistributionPoints,
];

export const rootOtherExtensionsAbsent = defineRule({
  id: 'cabf-tls/root-other-extensions-absent',
  title: 'a root has no extensions but those of the table',
  clause: 'TLS BR 2.2.6 §7.1.2.1.2',
  severity: 'warning',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: (_subject, { kind }) => kind === 'root-ca',
  check: ({ certificate }) =>
    certificate.extensions
      .filter(({ oid }) => !KNOWN.includes(oid))
      .map(({ oid }) => `${oidName(oid) ?? oid} is present, which is not recommended in a root`),
});
