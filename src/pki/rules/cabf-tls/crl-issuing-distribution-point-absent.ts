import { OID } from '../../../der/oid.ts';
import { extensionOf } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const crlIssuingDistributionPointAbsent = defineRule({
  id: 'cabf-tls/crl-issuing-distribution-point-absent',
  title: 'a full and complete CRL has no issuingDistributionPoint',
  clause: 'TLS BR 2.2.6 §7.2.2.1',
  severity: 'warning',
  effective: { from: '2024-03-15' },
  appliesTo: 'crl',
  when: (_subject, { kind }) => kind === 'root-crl',
  check: ({ crl }) =>
    extensionOf(crl.extensions, OID.issuingDistributionPoint)
      ? ['issuingDistributionPoint is present, which is not recommended in a full CRL']
      : [],
});
