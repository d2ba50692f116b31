import { CeremonyError } from '../base/errors.ts';
import { SIGNATURE_ALGORITHMS } from '../x509/signature.ts';
import type { SIGNATURE_MECHANISMS } from './operation.ts';

export type SignatureMechanism = (typeof SIGNATURE_MECHANISMS)[number];

/** Our names for what a token does, and X.509's for what comes out. */
const X509_NAME: Readonly<Record<SignatureMechanism, string>> = {
  'ecdsa-sha256': 'ecdsa-with-SHA256',
  'ecdsa-sha384': 'ecdsa-with-SHA384',
  'ecdsa-sha512': 'ecdsa-with-SHA512',
  'rsa-pkcs1-sha256': 'sha256WithRSAEncryption',
  'rsa-pkcs1-sha384': 'sha384WithRSAEncryption',
  'rsa-pkcs1-sha512': 'sha512WithRSAEncryption',
  ed25519: 'Ed25519',
};

/** The exact AlgorithmIdentifier (TLS BR §7.1.3.2; RFC 8410 §3) of a mechanism. @throws CeremonyError DESCRIPTOR_INVALID */
export function algorithmIdentifier(mechanism: string): Uint8Array {
  const name = X509_NAME[mechanism as SignatureMechanism];
  const found = SIGNATURE_ALGORITHMS.find((algorithm) => algorithm.name === name);
  if (!found) throw new CeremonyError('DESCRIPTOR_INVALID', `"${mechanism}" is no signature mechanism`);
  return found.der;
}

/** The mechanism whose signatures carry this AlgorithmIdentifier. @throws CeremonyError DESCRIPTOR_INVALID */
export function mechanismOf(identifier: Uint8Array): SignatureMechanism {
  const found = SIGNATURE_ALGORITHMS.find((algorithm) => Buffer.compare(algorithm.der, identifier) === 0);
  for (const [mechanism, name] of Object.entries(X509_NAME))
    if (name === found?.name) return mechanism as SignatureMechanism;
  throw new CeremonyError('DESCRIPTOR_INVALID', 'the AlgorithmIdentifier belongs to no mechanism of ours');
}

/** The mechanism that a new CA key of this algorithm signs with; each curve goes with one hash (TLS BR §7.1.3.2.2). */
export function mechanismForKey(algorithm: string): SignatureMechanism {
  switch (algorithm) {
    case 'ecdsa-p256':
      return 'ecdsa-sha256';
    case 'ecdsa-p384':
      return 'ecdsa-sha384';
    case 'ecdsa-p521':
      return 'ecdsa-sha512';
    case 'ed25519':
      return 'ed25519';
    case 'rsa-3072':
    case 'rsa-4096':
      return 'rsa-pkcs1-sha384';
    default:
      throw new CeremonyError('DESCRIPTOR_INVALID', `"${algorithm}" is no key algorithm of ours`);
  }
}
