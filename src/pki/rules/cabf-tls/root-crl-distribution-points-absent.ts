import { OID } from '../../../der/oid.ts';
import { extensionOf } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const rootCrlDistributionPointsAbsent = defineRule({
  id: 'cabf-tls/root-crl-distribution-points-absent',
  title: 'a root has no cRLDistributionPoints',
  clause: 'TLS BR 2.2.6 §7.1.2.11.2',
  severity: 'warning',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: (_subject, { kind }) => kind === 'root-ca',
  check: ({ certificate }) =>
    extensionOf(certificate.extensions, OID.cRLDistributionPoints)
      ? ['cRLDistributionPoints is present, which a root should not have']
      : [],
});
