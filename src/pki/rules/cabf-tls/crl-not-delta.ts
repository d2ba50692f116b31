import { OID } from '../../../der/oid.ts';
import { extensionOf } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const crlNotDelta = defineRule({
  id: 'cabf-tls/crl-not-delta',
  title: 'a CRL is full and complete or partitioned, not a delta CRL',
  clause: 'TLS BR 2.2.6 §7.2, §7.2.2',
  severity: 'error',
  effective: { from: '2024-03-15' },
  appliesTo: 'crl',
  check: ({ crl }) => (extensionOf(crl.extensions, OID.deltaCRLIndicator) ? ['deltaCRLIndicator is present'] : []),
});
