import { defineRule } from '../../rule.ts';
import { signatureFault } from '../../tls-algorithms.ts';

export const signatureAlgorithmFitsKey = defineRule({
  id: 'cabf-tls/signature-algorithm-fits-key',
  title: 'the signature algorithm is the one for the key that signs: here the own key',
  clause: 'TLS BR 2.2.6 §7.1.3.2.1, §7.1.3.2.2',
  severity: 'error',
  appliesTo: 'certificate',
  when: (_subject, { kind }) => kind === 'root-ca',
  check: ({ certificate: { spki, tbsSignatureAlgorithm } }) => signatureFault(tbsSignatureAlgorithm, spki),
});
