import { defineRule } from '../../rule.ts';
import { signerOf } from '../../rule-scope.ts';
import { signatureFault } from '../../tls-algorithms.ts';

export const signatureAlgorithmFitsKey = defineRule({
  id: 'cabf-tls/signature-algorithm-fits-key',
  title: 'the signature algorithm is the one for the key that signs',
  clause: 'TLS BR 2.2.6 §7.1.3.2.1, §7.1.3.2.2',
  severity: 'error',
  version: 2,
  appliesTo: 'certificate',
  check: (subject, context) =>
    signatureFault(subject.certificate.tbsSignatureAlgorithm, signerOf(subject, context).certificate.spki),
});
