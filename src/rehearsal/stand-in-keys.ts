import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { SubjectPublicKeyInfo } from '../x509/model.ts';
import { describePublicKey, parsePublicKey, parseSpki } from '../x509/public-key.ts';
import { signatureAlgorithm } from '../x509/signature.ts';
import type { KeyChange } from './stand-in-documents.ts';

/** A throw-away key in the place of another. */
export interface StandInKey {
  readonly spki: SubjectPublicKeyInfo;
  /** @param identifier DER of the signature's AlgorithmIdentifier @returns as X.509 wants it */
  readonly sign: (identifier: Uint8Array, tbs: Uint8Array) => Promise<Uint8Array>;
  /** The private key, PKCS #8 DER, which the caller zeroes; absent for one on an HSM of the stage. */
  readonly pkcs8?: () => Buffer;
}

const CURVE = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' } as const;

/** The keys of a pack that is followed, each with the one that stands in for it: the same one for the same key. */
export class StandInKeys {
  readonly #keys = new Map<Sha256, StandInKey>();

  /** @param digest SHA-256 of the SubjectPublicKeyInfo of the key whose place this takes */
  put(digest: Sha256, key: StandInKey): void {
    this.#keys.set(digest, key);
  }

  /** One on an HSM of the stage, or else one of the same kind in this process. @throws CeremonyError REHEARSAL_SETUP */
  for(old: SubjectPublicKeyInfo): StandInKey {
    const digest = sha256(old.der);
    const there = this.#keys.get(digest) ?? keyLike(old);
    this.#keys.set(digest, there);
    return there;
  }

  change(old: SubjectPublicKeyInfo): KeyChange {
    return { old, now: this.for(old).spki };
  }
}

function keyLike(old: SubjectPublicKeyInfo): StandInKey {
  const key = parsePublicKey(old);
  if (key.type === 'rsa') return ofPair(generateKeyPairSync('rsa', { modulusLength: key.modulusBits }));
  if (key.type === 'ec') return ofPair(generateKeyPairSync('ec', { namedCurve: CURVE[key.curve] }));
  if (key.type === 'ed25519') return ofPair(generateKeyPairSync('ed25519'));
  throw new CeremonyError(
    'REHEARSAL_SETUP',
    `the pack that is followed has a key of ${describePublicKey(key)}; here RSA, Ed25519 and the curves P-256, P-384 and P-521 can be made`,
  );
}

/** A key in this process, which ends with the rehearsal. */
export function ofPair(pair: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }): StandInKey {
  const { publicKey, privateKey: key } = pair;
  return {
    spki: parseSpki(Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }))),
    sign: async (identifier, tbs) => sign(signatureAlgorithm(identifier)?.digest, tbs, { key, dsaEncoding: 'der' }),
    pkcs8: () => key.export({ type: 'pkcs8', format: 'der' }),
  };
}
