import { defineRule } from '../../rule.ts';
import { signerOf } from '../../rule-scope.ts';
import { signatureFault } from '../../tls-algorithms.ts';

export const signatureAlgorithmFitsKey = defineRule({
  id: 'mozilla/signature-algorithm-fits-key',
  title: 'the signature algorithm is the one for the key that signs',
  clause: 'MRSP 3.1 §5.1.1, §5.1.2',
  severity: 'error',
  version: 2,
  effective: { from: '2020-01-01' },
  appliesTo: 'certificate',
  check: (subject, context) =>
    signatureFault(subject.certificate.tbsSignatureAlgorithm, signerOf(subject, context).certificate.spki),
});
