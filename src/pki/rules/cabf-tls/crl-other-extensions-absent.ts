import { OID, oidName } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';

/** Those of the table; deltaCRLIndicator has a rule of its own. */
const KNOWN: readonly string[] = [
  OID.authorityKeyIdentifier,
  OID.cRLNumber,
  OID.issuingDistributionPoint,
  OID.deltaCRLIndicator,
];

export const crlOtherExtensionsAbsent = defineRule({
  id: 'cabf-tls/crl-other-extensions-absent',
  title: 'a CRL has no extensions but those of the table',
  clause: 'TLS BR 2.2.6 §7.2.2',
  severity: 'warning',
  effective: { from: '2024-03-15' },
  appliesTo: 'crl',
  check: ({ crl }) =>
    crl.extensions
      .filter(({ oid }) => !KNOWN.includes(oid))
      .map(({ oid }) => `${oidName(oid) ?? oid} is present, which is not recommended in a CRL`),
});
