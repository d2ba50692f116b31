import { sha1Fault } from '../../mozilla-signatures.ts';
import { defineRule } from '../../rule.ts';

export const crlSignatureNotSha1 = defineRule({
  id: 'mozilla/crl-signature-not-sha1',
  title: 'a CRL is not signed over SHA-1',
  clause: 'MRSP 3.1 §5.1.3',
  severity: 'error',
  effective: { from: '2023-07-01' },
  appliesTo: 'crl',
  check: ({ crl: { tbsSignatureAlgorithm } }) => sha1Fault(tbsSignatureAlgorithm),
});
