import { hexOf } from '../../../der/values.ts';
import { defineRule } from '../../rule.ts';
import { signerOf } from '../../rule-scope.ts';
import { PRIVATE_SIGNATURE_IDENTIFIERS, signatureFault } from '../../tls-algorithms.ts';

export const signatureAlgorithm = defineRule({
  id: 'private/signature-algorithm',
  title: 'the signature algorithm is RSA or ECDSA with SHA-2, or Ed25519, and for the key that signs',
  clause: 'docs/checks.md',
  severity: 'error',
  appliesTo: 'certificate',
  check: (subject, context) => {
    const algorithm = subject.certificate.tbsSignatureAlgorithm;
    const hex = hexOf(algorithm.der);
    if (!PRIVATE_SIGNATURE_IDENTIFIERS.has(hex))
      return [`the signature algorithm is ${hex}, expected RSA or ECDSA with SHA-2, or Ed25519`];
    return signatureFault(algorithm, signerOf(subject, context).certificate.spki);
  },
});
