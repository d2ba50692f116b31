import { OID } from '../../../der/oid.ts';
import { extensionOf } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const crlNotDelta = defineRule({
  id: 'cabf-tls/crl-not-delta',
  title: 'a CRL is full and complete or partitioned, not a delta CRL',
  clause: 'TLS BR §7.2, §7.2.2',
  severity: 'error',
  appliesTo: 'crl',
  check: ({ crl }) => (extensionOf(crl.extensions, OID.deltaCRLIndicator) ? ['deltaCRLIndicator is present'] : []),
});
