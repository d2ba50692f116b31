import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatUtc } from '../base/dates.ts';
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
import { crlExtensions, encodeExtension } from '../pki/extensions.ts';
import type { Shape } from '../quorum/shape.ts';
import { parseSpki } from '../x509/public-key.ts';
import { SIGNATURE_ALGORITHMS } from '../x509/signature.ts';
import { publishedCrl, type UsedCertificate } from './published-crls.ts';
import type { StandInPack } from './stand-in-pack.ts';
import { revocationList } from './stand-in-revocations.ts';

/** What a script reads: a file on a medium; the algorithm of the key in it, or the CA whose CRL it is. */
export type BroughtFile = { readonly name: string; readonly on: string; readonly file: string } & (
  | { readonly type: 'csr' | 'certificate'; readonly key: string }
  /** Of a CA of earlier ceremonies, or of one whose certificate comes in too: by the name of that input. */
  | { readonly type: 'crl'; readonly issuer: UsedCertificate | string }
  /** What is to be revoked of a CA of earlier ceremonies. */
  | { readonly type: 'revocation-list'; readonly issuer: UsedCertificate; readonly optional: boolean }
);

/** @param shape one of the cast's requests */
export function readBroughtFile(shape: Shape): BroughtFile {
  const type = shape.literal('type', 'csr', 'certificate', 'crl', 'revocation-list');
  const place = { name: shape.text('name'), on: shape.text('on'), file: shape.text('file') };
  const brought = { ...place, ...readContent(type, shape) };
  shape.end();
  return brought;
}

function readContent(type: BroughtFile['type'], shape: Shape) {
  switch (type) {
    case 'crl':
      return { type, issuer: readIssuer(shape) };
    case 'revocation-list': {
      const issuer = { called: shape.text('called'), of: shape.text('of') };
      return { type, issuer, optional: shape.flag('optional') };
    }
    default:
      return { type, key: shape.text('key') };
  }
}

function readIssuer(shape: Shape): UsedCertificate | string {
  if (shape.has('input')) return shape.text('input');
  return { called: shape.text('called'), of: shape.text('of') };
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
 * it will get, the root certificate of another organisation, a CRL as its CA has published it, or a list of what is to be revoked.
 * @param now UTC
 * @param before the pack that the ceremony follows
 * @returns as the authorization has it: reference → SHA-256 of a request's SubjectPublicKeyInfo, or of a certificate or CRL
 * @throws CeremonyError REHEARSAL_SETUP for a medium that is not there, a key that nobody makes here, or a CRL that nobody has
 */
export function bringRequests(
  requests: readonly BroughtFile[],
  media: ReadonlyMap<string, readonly string[]>,
  now: string,
  before: StandInPack | null,
): Map<string, Sha256> {
  const references = new Map<string, Sha256>();
  const roots = new Map<string, Root>();
  // A CRL is signed by the key of a certificate that may come in after it.
  for (const brought of requests.toSorted((one, other) => Number(one.type === 'crl') - Number(other.type === 'crl'))) {
    const { name, on, file } = brought;
    const folders = media.get(on);
    if (!folders) throw new CeremonyError('REHEARSAL_SETUP', `"${name}" comes on "${on}", which is no medium here`);
    const put = (der: Uint8Array, reference: string, digested: Uint8Array) => {
      for (const folder of folders) writeFileSync(join(folder, file), der, { flag: 'wx' });
      references.set(reference, sha256(digested));
    };
    switch (brought.type) {
      case 'csr': {
        const { der, spki } = requestOf(brought.key, name);
        put(der, `${name}-spki`, spki);
        break;
      }
      case 'certificate': {
        const root = rootOf(brought.key, name, now);
        roots.set(name, root);
        put(root.der, `${name}-sha256`, root.der);
        break;
      }
      case 'crl': {
        const der = crlOf(brought, roots, now, before);
        put(der, `${name}-sha256`, der);
        break;
      }
      case 'revocation-list': {
        // Not before the CRL that it follows: that may have been signed a moment ago.
        const list = revocationList(brought.issuer, brought.optional, before, formatUtc(Date.now()));
        put(list, `${name}-sha256`, list);
        break;
      }
    }
  }
  return references;
}

/** @throws CeremonyError REHEARSAL_SETUP */
function crlOf(
  { name, issuer }: Extract<BroughtFile, { readonly type: 'crl' }>,
  roots: ReadonlyMap<string, Root>,
  now: string,
  before: StandInPack | null,
): Uint8Array {
  if (typeof issuer !== 'string') return publishedCrl(name, issuer, before);
  const root = roots.get(issuer);
  if (root) return root.crl(now);
  throw new CeremonyError('REHEARSAL_SETUP', `"${name}" is to be a CRL of "${issuer}", which nobody brings here`);
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
function rootOf(key: string, name: string, now: string): Root {
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
  const crl = (thisUpdate: string) =>
    signed(
      sequence(
        ...[integer(1), raw(algorithm), own, time(thisUpdate), time(years(1))],
        explicit(0, sequence(...crlExtensions(identifier, 1n).map(encodeExtension))),
      ),
    );
  return { der: signed(tbs), crl };
}

/** The root of another organisation. */
interface Root {
  readonly der: Uint8Array;
  /** An empty CRL of it, valid from then on for a year. */
  readonly crl: (thisUpdate: string) => Uint8Array;
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
