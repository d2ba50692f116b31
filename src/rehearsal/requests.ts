import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { OID } from '../der/oid.ts';
import { contextConstructed } from '../der/tags.ts';
import {
  bitString,
  boolean,
  implicit,
  integer,
  namedBitString,
  octetString,
  oid,
  raw,
  retag,
  sequence,
  set,
  utf8String,
} from '../der/writer.ts';
import type { Shape } from '../quorum/shape.ts';
import { SIGNATURE_ALGORITHMS } from '../x509/signature.ts';

/** A certificate request that a script reads: its file on a medium, and the algorithm of its key. */
export interface RequestToBring {
  readonly name: string;
  readonly on: string;
  readonly file: string;
  readonly key: string;
}

/** @param shape one of the cast's requests */
export function readRequestToBring(shape: Shape): RequestToBring {
  const request = { name: shape.text('name'), on: shape.text('on'), file: shape.text('file'), key: shape.text('key') };
  shape.end();
  return request;
}

/** Script's name of an algorithm → how such a key is made, and with which of the signatures that we verify. */
const KEYS: Readonly<
  Record<string, { readonly make: () => { privateKey: KeyObject; publicKey: KeyObject }; readonly signature: string }>
> = {
  'ecdsa-p256': { make: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }), signature: 'ecdsa-with-SHA256' },
  'ecdsa-p384': { make: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }), signature: 'ecdsa-with-SHA384' },
  'ecdsa-p521': { make: () => generateKeyPairSync('ec', { namedCurve: 'P-521' }), signature: 'ecdsa-with-SHA512' },
  ed25519: { make: () => generateKeyPairSync('ed25519'), signature: 'Ed25519' },
  'rsa-2048': rsa(2048),
  'rsa-3072': rsa(3072),
  'rsa-4096': rsa(4096),
};

function rsa(modulusLength: number) {
  return {
    make: () => generateKeyPairSync('rsa', { modulusLength, publicExponent: 0x10001 }),
    signature: 'sha384WithRSAEncryption',
  };
}

/**
 * Stand-ins for what requesters bring: each a request of a throw-away key, that asks for more than it will get, in the
 * folders of its medium.
 * @returns as the authorization has it: reference → SHA-256 of the SubjectPublicKeyInfo
 * @throws CeremonyError REHEARSAL_SETUP for a medium that is not there, or a key that nobody makes here
 */
export function bringRequests(
  requests: readonly RequestToBring[],
  media: ReadonlyMap<string, readonly string[]>,
): Map<string, Sha256> {
  const references = new Map<string, Sha256>();
  for (const { name, on, file, key } of requests) {
    const folders = media.get(on);
    if (!folders)
      throw new CeremonyError('REHEARSAL_SETUP', `the request "${name}" comes on "${on}", which is no medium here`);
    const { der, spki } = requestOf(key, name);
    for (const folder of folders) writeFileSync(join(folder, file), der, { flag: 'wx' });
    references.set(`${name}-spki`, sha256(spki));
  }
  return references;
}

/** PKCS#10 (RFC 2986 §4) of a new key. @throws CeremonyError REHEARSAL_SETUP */
function requestOf(key: string, name: string): { readonly der: Uint8Array; readonly spki: Uint8Array } {
  const kind = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
  const algorithm = SIGNATURE_ALGORITHMS.find((one) => one.name === kind?.signature);
  if (!kind || !algorithm)
    throw new CeremonyError('REHEARSAL_SETUP', `a rehearsal makes no request with a key of "${key}"`);
  const { privateKey, publicKey } = kind.make();
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  const info = sequence(integer(0), subject(name), raw(spki), retag(contextConstructed(0), set(...attributes())));
  const signature = sign(algorithm.digest, info, { key: privateKey, dsaEncoding: 'der' });
  return { der: sequence(info, raw(algorithm.der), bitString(signature)), spki };
}

function subject(name: string): Uint8Array {
  const attribute = (type: string, value: string) => set(sequence(oid(type), utf8String(value)));
  return sequence(
    attribute(OID.organizationName, 'Rehearsal requester'),
    attribute(OID.commonName, `As the ${name} would have it`),
  );
}

/** Wishes that no profile of a subordinate CA grants: people hear what is not given. */
function attributes(): Uint8Array[] {
  const extension = (type: string, isCritical: boolean, value: Uint8Array) =>
    sequence(oid(type), ...(isCritical ? [boolean(true)] : []), octetString(value));
  const extensions = sequence(
    extension(OID.basicConstraints, true, sequence(boolean(true), integer(3))),
    extension(OID.keyUsage, true, namedBitString([0, 5, 6])),
    extension(OID.subjectAltName, false, sequence(implicit(2, Buffer.from('www.rehearsal.example')))),
  );
  return [
    sequence(oid(OID.extensionRequest), set(extensions)),
    sequence(oid(OID.unstructuredName), set(utf8String('rehearsed, and of no use elsewhere'))),
  ];
}
