import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { hasOnly } from '../../rule-checks.ts';
import { ofResponder } from '../../rule-scope.ts';

/** What must not be there has a rule of its own; authorityInfoAccess is in the table, and not recommended. */
const KNOWN: readonly string[] = [
  OID.authorityKeyIdentifier,
  OID.extKeyUsage,
  OID.ocspNoCheck,
  OID.keyUsage,
  OID.basicConstraints,
  OID.nameConstraints,
  OID.subjectAltName,
  OID.subjectKeyIdentifier,
  OID.certificatePolicies,
  OID.cRLDistributionPoints,
  OID.signedCertificateTimestamps,
];

export const responderOtherExtensionsAbsent = defineRule({
  id: 'cabf-tls/responder-other-extensions-absent',
  title: 'an OCSP responder has no extensions but those of the table',
  clause: 'TLS BR 2.2.6 §7.1.2.8.2',
  severity: 'warning',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: ofResponder,
  check: hasOnly(KNOWN, 'an OCSP responder'),
});
