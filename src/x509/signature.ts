import { constants, createPublicKey, createVerify, type KeyObject, verify } from 'node:crypto';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { type Octets, wholeOf, windowsOf } from '../base/octets.ts';
import { kept } from '../base/remembered.ts';
import { sameBytes } from '../der/reader.ts';
import { hexOf } from '../der/values.ts';
import type { SubjectPublicKeyInfo } from './model.ts';
import { type CurveName, type PublicKey, parsePublicKey } from './public-key.ts';

export interface SignatureAlgorithm {
  readonly name: string;
  readonly key: 'rsa' | 'ec' | 'ed25519';
  /** Null for Ed25519, which signs the message itself (RFC 8032 §5.1.6). */
  readonly digest: 'sha256' | 'sha384' | 'sha512' | null;
  /** The AlgorithmIdentifier, byte for byte. */
  readonly der: Uint8Array;
  /** The curve that BR §7.1.3.2.2 pairs with the digest; undefined for RSA and Ed25519. */
  readonly curve: CurveName | undefined;
}

function row(name: string, digest: 'sha256' | 'sha384' | 'sha512', hex: string, curve?: CurveName): SignatureAlgorithm {
  return { name, key: curve ? 'ec' : 'rsa', digest, der: Buffer.from(hex, 'hex'), curve };
}

/** The closed list of signatures we verify (BR §7.1.3.2, without RSASSA-PSS; RFC 8410 §3). */
export const SIGNATURE_ALGORITHMS: readonly SignatureAlgorithm[] = [
  row('sha256WithRSAEncryption', 'sha256', '300d06092a864886f70d01010b0500'),
  row('sha384WithRSAEncryption', 'sha384', '300d06092a864886f70d01010c0500'),
  row('sha512WithRSAEncryption', 'sha512', '300d06092a864886f70d01010d0500'),
  row('ecdsa-with-SHA256', 'sha256', '300a06082a8648ce3d040302', 'P-256'),
  row('ecdsa-with-SHA384', 'sha384', '300a06082a8648ce3d040303', 'P-384'),
  row('ecdsa-with-SHA512', 'sha512', '300a06082a8648ce3d040304', 'P-521'),
  { name: 'Ed25519', key: 'ed25519', digest: null, der: Buffer.from('300506032b6570', 'hex'), curve: undefined },
];

/** The row for these exact bytes, or undefined. */
export function signatureAlgorithm(der: Uint8Array): SignatureAlgorithm | undefined {
  return SIGNATURE_ALGORITHMS.find((algorithm) => sameBytes(algorithm.der, der));
}

/**
 * Whether the signature is the key's over these bytes, by node:crypto. ECDSA signatures are DER (RFC 3279 §2.2.3).
 * A curve with another digest than BR pairs it with verifies too: requests made elsewhere have such; rules refuse it.
 * What is not in memory passes through it, but for Ed25519: that signs the message itself, which is read twice (RFC 8032 §5.1.6).
 * @param algorithmIdentifier DER; only the exact forms of `SIGNATURE_ALGORITHMS`
 * @throws CeremonyError DER_INVALID for another algorithm, or for a public key that cannot verify anything
 */
export function verifySignature(
  spki: SubjectPublicKeyInfo,
  algorithmIdentifier: Uint8Array,
  data: Octets,
  signature: Uint8Array,
): boolean {
  const algorithm = signatureAlgorithm(algorithmIdentifier);
  if (!algorithm) {
    const names = SIGNATURE_ALGORITHMS.map((known) => known.name).join(', ');
    throw new CeremonyError(
      'DER_INVALID',
      `signature algorithm identifier "${hexOf(algorithmIdentifier)}", expected that of one of ${names}`,
    );
  }
  return known(nameOf([spki.der, algorithmIdentifier, data, signature]), () => {
    const parsed = parsePublicKey(spki);
    const key = usableKey(spki, parsed);
    if (parsed.type !== algorithm.key) return false;
    const options =
      parsed.type === 'rsa' ? { key, padding: constants.RSA_PKCS1_PADDING } : { key, dsaEncoding: 'der' as const };
    if (data instanceof Uint8Array || algorithm.digest === null)
      return verify(algorithm.digest, wholeOf(data), options, signature);
    const verifier = createVerify(algorithm.digest);
    for (const window of windowsOf(data)) verifier.update(window);
    return verifier.verify(options, signature);
  });
}

/** One ceremony asks the same of each signature many times: when it is read, approved, filed, reported. */
const known = kept<string, boolean>(4096);

/** Stands for these bytes and no others: a digest of each, in this order, each as long as the other. */
function nameOf(all: readonly Octets[]): string {
  return sha256(Buffer.concat(all.map((bytes) => Buffer.from(sha256(bytes), 'hex'))));
}

/** Only what would make a signature meaningless is refused here; the key's quality is `checkPublicKey`'s. */
function usableKey(spki: SubjectPublicKeyInfo, key: PublicKey): KeyObject {
  if (key.type === 'other')
    throw new CeremonyError(
      'DER_INVALID',
      `public key of algorithm "${key.oid}", expected RSA, P-256, P-384, P-521 or Ed25519`,
    );
  if (key.type === 'rsa' && ((key.exponent.at(-1)! & 1) === 0 || (key.exponent.length === 1 && key.exponent[0]! < 3))) {
    throw new CeremonyError(
      'DER_INVALID',
      `public key with the RSA exponent "${hexOf(key.exponent)}", expected an odd one of at least 3`,
    );
  }
  try {
    return createPublicKey({ key: Buffer.from(spki.der), format: 'der', type: 'spki' });
  } catch (cause) {
    throw new CeremonyError(
      'DER_INVALID',
      'public key that OpenSSL does not accept, such as a point that is not on its curve',
      { cause },
    );
  }
}
