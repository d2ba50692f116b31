import { hexOf } from '../../../der/values.ts';
import { defineRule } from '../../rule.ts';
import { PRIVATE_SIGNATURE_IDENTIFIERS, signatureFault } from '../../tls-algorithms.ts';

export const crlSignatureAlgorithm = defineRule({
  id: 'private/crl-signature-algorithm',
  title: "the signature algorithm of a CRL is RSA or ECDSA with SHA-2, or Ed25519, and for its issuer's key",
  clause: 'docs/checks.md',
  severity: 'error',
  appliesTo: 'crl',
  check: ({ crl: { tbsSignatureAlgorithm: algorithm } }, { issuer }) => {
    const hex = hexOf(algorithm.der);
    if (!PRIVATE_SIGNATURE_IDENTIFIERS.has(hex))
      return [`the signature algorithm is ${hex}, expected RSA or ECDSA with SHA-2, or Ed25519`];
    return signatureFault(algorithm, issuer.spki);
  },
});
