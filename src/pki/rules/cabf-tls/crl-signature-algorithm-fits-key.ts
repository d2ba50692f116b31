import { defineRule } from '../../rule.ts';
import { signatureFault } from '../../tls-algorithms.ts';

export const crlSignatureAlgorithmFitsKey = defineRule({
  id: 'cabf-tls/crl-signature-algorithm-fits-key',
  title: "the signature algorithm of a CRL is the one for its issuer's key",
  clause: 'TLS BR 2.2.6 §7.1.3.2.1, §7.1.3.2.2',
  severity: 'error',
  effective: { from: '2024-03-15' },
  appliesTo: 'crl',
  check: ({ crl: { tbsSignatureAlgorithm } }, { issuer }) => signatureFault(tbsSignatureAlgorithm, issuer.spki),
});
