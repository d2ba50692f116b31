import { encodingFault } from '../../mozilla-signatures.ts';
import { defineRule } from '../../rule.ts';

export const crlSignatureAlgorithm = defineRule({
  id: 'mozilla/crl-signature-algorithm',
  title: 'the signature algorithm of a CRL has exactly the prescribed bytes',
  clause: 'MRSP 3.1 §5.1, §5.1.1, §5.1.2',
  severity: 'error',
  effective: { from: '2020-01-01' },
  appliesTo: 'crl',
  check: ({ crl: { tbsSignatureAlgorithm } }) => encodingFault(tbsSignatureAlgorithm),
});
