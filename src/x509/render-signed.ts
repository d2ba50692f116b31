import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { checkPublicKey } from './key-check.ts';
import { type Field, groupedHex } from './layout.ts';
import type { AlgorithmIdentifier, SubjectPublicKeyInfo } from './model.ts';
import { describePublicKey, parsePublicKey } from './public-key.ts';
import { field, oidText } from './render-fields.ts';
import { signatureAlgorithm } from './signature.ts';

/*
 * What certificates, CRLs and requests have in common when they are shown.
 */

export function* digestFields(document: { readonly tbs: Octets; readonly der?: Octets }): Generator<Field> {
  if (document.der) yield field(1, 'SHA-256', groupedHex(Buffer.from(sha256(document.der), 'hex')));
  yield field(1, 'SHA-256 to be signed', groupedHex(Buffer.from(sha256(document.tbs), 'hex')));
}

export function algorithmText(algorithm: AlgorithmIdentifier): string {
  return signatureAlgorithm(algorithm.der)?.name ?? `${oidText(algorithm.oid)}, encoded ${groupedHex(algorithm.der)}`;
}

export function* keyFields({ spki }: { readonly spki: SubjectPublicKeyInfo }): Generator<Field> {
  let type: string;
  try {
    type = describePublicKey(parsePublicKey(spki));
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
    type = `NOT READABLE: ${error.message}`;
  }
  yield field(1, 'Public key', type);
  for (const problem of checkPublicKey(spki)) yield field(2, 'PROBLEM', problem);
  yield field(2, 'SHA-256 of the key', groupedHex(Buffer.from(sha256(spki.der), 'hex')));
  yield field(2, 'algorithm bytes', groupedHex(spki.algorithm.der));
  yield field(2, 'key bytes', groupedHex(spki.key));
}

/** Of a document that is signed; of its to-be-signed part nothing. */
export function* signatureFields(document: {
  readonly tbs: Octets;
  readonly signatureAlgorithm?: AlgorithmIdentifier;
  readonly signature?: Uint8Array;
}): Generator<Field> {
  if (!document.signatureAlgorithm || !document.signature) return;
  yield field(1, 'Signed with', algorithmText(document.signatureAlgorithm));
  yield field(2, 'signature bytes', groupedHex(document.signature));
}
