import { defineRule } from '../../rule.ts';
import { signatureFault } from '../../tls-algorithms.ts';

export const crlSignatureAlgorithmFitsKey = defineRule({
  id: 'mozilla/crl-signature-algorithm-fits-key',
  title: "the signature algorithm of a CRL is the one for its issuer's key",
  clause: 'MRSP 3.1 §5.1.1, §5.1.2',
  severity: 'error',
  effective: { from: '2020-01-01' },
  appliesTo: 'crl',
  check: ({ crl: { tbsSignatureAlgorithm } }, { issuer }) => signatureFault(tbsSignatureAlgorithm, issuer.spki),
});
