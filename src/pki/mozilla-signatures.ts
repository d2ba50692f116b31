import { hexOf } from '../der/values.ts';
import type { AlgorithmIdentifier } from '../x509/model.ts';
import { SIGNATURE_IDENTIFIERS } from './tls-algorithms.ts';

/** RSASSA-PKCS1-v1_5 with SHA-1: MRSP §5.1.1 gives its bytes, and §5.1.3 leaves nothing that a root may use it for. */
const SHA1_WITH_RSA = '300d06092a864886f70d0101050500';

/** Whether an AlgorithmIdentifier is none of those of MRSP §5.1.1 and §5.1.2, which are those of TLS BR §7.1.3.2 and SHA-1. */
export function encodingFault(algorithm: AlgorithmIdentifier): string[] {
  const hex = hexOf(algorithm.der);
  if (hex === SHA1_WITH_RSA || SIGNATURE_IDENTIFIERS.has(hex)) return [];
  return [`the signature algorithm is ${hex}, which is none of those that the policy prescribes byte for byte`];
}

export function sha1Fault(algorithm: AlgorithmIdentifier): string[] {
  return hexOf(algorithm.der) === SHA1_WITH_RSA
    ? ['the signature algorithm is RSASSA-PKCS1-v1_5 with SHA-1, expected SHA-256, SHA-384 or SHA-512']
    : [];
}
