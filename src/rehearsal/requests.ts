import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { OID } from '../der/oid.ts';
import { contextConstructed } from '../der/tags.ts';
import {
  bitString,
  boolean,
  explicit,
  implicit,
  integer,
  namedBitString,
  octetString,
  oid,
  printableString,
  raw,
  retag,
  sequence,
  set,
  time,
  utf8String,
} from '../der/writer.ts';
import type { Shape } from '../quorum/shape.ts';
import { parseSpki } from '../x509/public-key.ts';
import { SIGNATURE_ALGORITHMS } from '../x509/signature.ts';

/** What a script reads: a file on a medium, and the algorithm of the key in it. */
export interface BroughtFile {
  readonly type: 'csr' | 'certificate';
  readonly name: string;
  readonly on: string;
  readonly file: string;
  readonly key: string;
}

/** @param shape one of the cast's requests */
export function readBroughtFile(shape: Shape): BroughtFile {
  const brought = {
    type: shape.text('type') === 'certificate' ? ('certificate' as const) : ('csr' as const),
    ...{ name: shape.text('name'), on: shape.text('on'), file: shape.text('file'), key: shape.text('key') },
  };
  shape.end();
  return brought;
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
 * Stand-ins for what requesters bring, of throw-away keys, in the folders of its medium: a request that asks for more than
 * it will get, or the root certificate of another organisation.
 * @param now UTC
 * @returns as the authorization has it: reference → SHA-256 of a request's SubjectPublicKeyInfo, or of a certificate
 * @throws CeremonyError REHEARSAL_SETUP for a medium that is not there, or a key that nobody makes here
 */
export function bringRequests(
  requests: readonly BroughtFile[],
  media: ReadonlyMap<string, readonly string[]>,
  now: string,
): Map<string, Sha256> {
  const references = new Map<string, Sha256>();
  for (const { type, name, on, file, key } of requests) {
    const folders = media.get(on);
    if (!folders) throw new CeremonyError('REHEARSAL_SETUP', `"${name}" comes on "${on}", which is no medium here`);
    const { der, spki } = type === 'csr' ? requestOf(key, name) : rootOf(key, name, now);
    for (const folder of folders) writeFileSync(join(folder, file), der, { flag: 'wx' });
    if (type === 'csr') references.set(`${name}-spki`, sha256(spki));
    else references.set(`${name}-sha256`, sha256(der));
  }
  return references;
}

/** PKCS#10 (RFC 2986 §4) of a new key. @throws CeremonyError REHEARSAL_SETUP */
function requestOf(key: string, name: string): { readonly der: Uint8Array; readonly spki: Uint8Array } {
  const { spki, signed } = throwAway(key);
  const info = sequence(integer(0), subject(name), raw(spki), retag(contextConstructed(0), set(...attributes())));
  return { der: signed(info), spki };
}

/** Years for which the stand-in of a root has been valid, and is yet. */
const [ROOT_BEFORE, ROOT_AFTER] = [1, 10];

/**
 * The self-signed certificate (RFC 5280 §4.1) of a CA of another organisation: its name is its owner's, and so it bears no
 * marking; its key identifier is derived as that of many roots is, by SHA-1, and not as ours are.
 */
function rootOf(key: string, name: string, now: string): { readonly der: Uint8Array; readonly spki: Uint8Array } {
  const { spki, algorithm, signed } = throwAway(key);
  const identifier = createHash('sha1').update(parseSpki(spki).key).digest();
  const years = (more: number) => `${Number(now.slice(0, 4)) + more}${now.slice(4)}`.replace('-02-29', '-02-28');
  const validity = sequence(time(years(-ROOT_BEFORE)), time(years(ROOT_AFTER)));
  const own = subject(name, OTHER_COUNTRY);
  const extensions = [
    extension(OID.basicConstraints, true, sequence(boolean(true))),
    extension(OID.keyUsage, true, namedBitString([5, 6])),
    extension(OID.subjectKeyIdentifier, false, octetString(identifier)),
  ];
  const serial = integer(Uint8Array.of(0x01, ...randomBytes(15)));
  const tbs = sequence(
    ...[explicit(0, integer(2)), serial, raw(algorithm), own, validity, own, raw(spki)],
    explicit(3, sequence(...extensions)),
  );
  return { der: signed(tbs), spki };
}

/** @throws CeremonyError REHEARSAL_SETUP */
function throwAway(key: string) {
  const kind = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
  const algorithm = SIGNATURE_ALGORITHMS.find((one) => one.name === kind?.signature);
  if (!kind || !algorithm)
    throw new CeremonyError('REHEARSAL_SETUP', `a rehearsal makes no request with a key of "${key}"`);
  const { privateKey, publicKey } = kind.make();
  const spki: Uint8Array = publicKey.export({ format: 'der', type: 'spki' });
  const signed = (part: Uint8Array) => {
    const signature = sign(algorithm.digest, part, { key: privateKey, dsaEncoding: 'der' });
    return sequence(part, raw(algorithm.der), bitString(signature));
  };
  return { spki, algorithm: algorithm.der, signed };
}

/** TLS BR §7.1.4.2.1 wants a root to have one. */
const OTHER_COUNTRY = [set(sequence(oid(OID.countryName), printableString('US')))];

function subject(name: string, before: readonly Uint8Array[] = []): Uint8Array {
  const attribute = (type: string, value: string) => set(sequence(oid(type), utf8String(value)));
  return sequence(
    ...before,
    attribute(OID.organizationName, 'Rehearsal requester'),
    attribute(OID.commonName, `As the ${name} would have it`),
  );
}

function extension(type: string, isCritical: boolean, value: Uint8Array): Uint8Array {
  return sequence(oid(type), ...(isCritical ? [boolean(true)] : []), octetString(value));
}

/** Wishes that no profile of a subordinate CA grants: people hear what is not given. */
function attributes(): Uint8Array[] {
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
