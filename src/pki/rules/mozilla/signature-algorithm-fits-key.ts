import { defineRule } from '../../rule.ts';
import { signatureFault } from '../../tls-algorithms.ts';

export const signatureAlgorithmFitsKey = defineRule({
  id: 'mozilla/signature-algorithm-fits-key',
  title: 'the signature algorithm is the one for the key that signs: here the own key',
  clause: 'MRSP 3.1 §5.1.1, §5.1.2',
  severity: 'error',
  effective: { from: '2020-01-01' },
  appliesTo: 'certificate',
  when: (_subject, { kind }) => kind === 'root-ca',
  check: ({ certificate: { spki, tbsSignatureAlgorithm } }) => signatureFault(tbsSignatureAlgorithm, spki),
});
