import { encodingFault } from '../../mozilla-signatures.ts';
import { defineRule } from '../../rule.ts';

export const signatureAlgorithm = defineRule({
  id: 'mozilla/signature-algorithm',
  title: 'the signature algorithm has exactly the prescribed bytes',
  clause: 'MRSP 3.1 §5.1, §5.1.1, §5.1.2',
  severity: 'error',
  effective: { from: '2020-01-01' },
  appliesTo: 'certificate',
  check: ({ certificate: { tbsSignatureAlgorithm } }) => encodingFault(tbsSignatureAlgorithm),
});
