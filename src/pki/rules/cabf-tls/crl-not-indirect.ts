import { OID } from '../../../der/oid.ts';
import { faultyEntries } from '../../crl-entries.ts';
import { extensionOf } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const crlNotIndirect = defineRule({
  id: 'cabf-tls/crl-not-indirect',
  title: 'a CRL lists only certificates of its own issuer',
  clause: 'TLS BR 2.2.6 §7.2, §7.2.2.1',
  severity: 'error',
  effective: { from: '2024-03-15' },
  appliesTo: 'crl',
  check: ({ crl, issuingDistributionPoint }) => [
    ...(issuingDistributionPoint?.indirectCRL ? ['issuingDistributionPoint asserts indirectCRL'] : []),
    ...faultyEntries(crl, ({ extensions }) =>
      extensionOf(extensions, OID.certificateIssuer) ? 'names another certificateIssuer' : undefined,
    ),
  ],
});
