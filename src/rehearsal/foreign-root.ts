import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { CeremonyError } from '../base/errors.ts';
import { OID } from '../der/oid.ts';
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
  sequence,
  set,
  time,
  utf8String,
} from '../der/writer.ts';
import { crlDistributionPoint } from '../pki/extension-values.ts';
import { crlExtensions, encodeExtension } from '../pki/extensions.ts';
import { parseSpki } from '../x509/public-key.ts';
import { SIGNATURE_ALGORITHMS } from '../x509/signature.ts';
import { listedEntries } from './listed-entries.ts';
import type { StandInKey } from './stand-in-keys.ts';

/*
 * A root CA that no ceremony of this program has made: that of another organisation, or one that is adopted. Its key is a
 * throw-away one, in this process or on an HSM of the stage.
 */

/** A key, and how something is signed with it. */
export interface Signer {
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** AlgorithmIdentifier of its signatures, DER. */
  readonly algorithm: Uint8Array;
  /** The part with algorithm and signature, as X.509 has it (RFC 5280 §4.1). */
  readonly signed: (part: Uint8Array) => Promise<Uint8Array>;
}

export interface ForeignRoot {
  readonly der: Uint8Array;
  /** As it was published last: valid from the rehearsal on for a year. */
  readonly crl: Uint8Array;
  /** Certificates of CAs below it, each of a throw-away key. */
  readonly issued: readonly Uint8Array[];
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

/** Years for which it has been valid, and is yet. */
const [ROOT_BEFORE, ROOT_AFTER] = [1, 10];

/** Whom it has certified. */
const ISSUED = ['first CA below', 'second CA below'];

/** Number of the CRL of one with a history. */
const NUMBER = 7n;

/**
 * A root with what it has issued. Its key identifier is derived as that of many roots is, by SHA-1, and not as ours are.
 * @param called its common name
 * @param now UTC
 * @param more.listed how many certificates its CRL lists: the one that is forgotten first
 * @param more.crl URL that the CRL says it is of, and that all which it has issued names
 */
export async function foreignRoot(
  { spki, algorithm, signed }: Signer,
  called: string,
  now: string,
  { listed = 0, crl: url }: { readonly listed?: number; readonly crl?: string } = {},
): Promise<ForeignRoot> {
  const identifierOf = (key: Uint8Array) => createHash('sha1').update(parseSpki(key).key).digest();
  const identifier = identifierOf(spki);
  const years = (more: number) => `${Number(now.slice(0, 4)) + more}${now.slice(4)}`.replace('-02-29', '-02-28');
  const validity = sequence(time(years(-ROOT_BEFORE)), time(years(ROOT_AFTER)));
  const own = rehearsalName(called, OTHER_COUNTRY);
  const certificate = (holder: Uint8Array, key: Uint8Array) =>
    signed(
      sequence(
        ...[explicit(0, integer(2)), integer(Uint8Array.of(0x01, ...randomBytes(15))), raw(algorithm), own, validity],
        ...[holder, raw(key)],
        explicit(
          3,
          sequence(
            extension(OID.basicConstraints, true, sequence(boolean(true))),
            extension(OID.keyUsage, true, namedBitString([5, 6])),
            extension(OID.subjectKeyIdentifier, false, octetString(identifierOf(key))),
            ...(holder === own
              ? []
              : [extension(OID.authorityKeyIdentifier, false, sequence(implicit(0, identifier)))]),
            ...(holder === own || url === undefined
              ? []
              : [extension(OID.cRLDistributionPoints, false, crlDistributionPoint(url))]),
          ),
        ),
      ),
    );
  const entries = Buffer.concat([...listedEntries(listed, years(-ROOT_BEFORE))]);
  const revoked = listed > 0 ? [sequence(entries)] : [];
  const crl = sequence(
    ...[integer(1), raw(algorithm), own, time(now), time(years(1)), ...revoked],
    explicit(
      0,
      sequence(
        ...crlExtensions(identifier, listed > 0 ? NUMBER : 1n, url === undefined ? {} : { scope: { uri: url } }).map(
          encodeExtension,
        ),
      ),
    ),
  );
  const issued: Uint8Array[] = [];
  for (const holder of ISSUED) issued.push(await certificate(rehearsalName(holder), throwAway('ecdsa-p384').spki));
  return { der: await certificate(own, spki), crl: await signed(crl), issued };
}

/** @throws CeremonyError REHEARSAL_SETUP */
export function throwAway(key: string): Signer {
  const { make, algorithm } = kindOf(key);
  const { privateKey, publicKey } = make();
  return {
    spki: publicKey.export({ format: 'der', type: 'spki' }),
    algorithm: algorithm.der,
    signed: async (part) =>
      assembled(part, algorithm.der, sign(algorithm.digest, part, { key: privateKey, dsaEncoding: 'der' })),
  };
}

/** A key on an HSM of the stage, as one that signs. @throws CeremonyError REHEARSAL_SETUP */
export function signerOn(key: string, { spki, sign: signOn }: StandInKey): Signer {
  const { der } = kindOf(key).algorithm;
  return { spki: spki.der, algorithm: der, signed: async (part) => assembled(part, der, await signOn(der, part)) };
}

function assembled(part: Uint8Array, algorithm: Uint8Array, signature: Uint8Array): Uint8Array {
  return sequence(part, raw(algorithm), bitString(signature));
}

/** @throws CeremonyError REHEARSAL_SETUP */
function kindOf(key: string) {
  const kind = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
  const algorithm = SIGNATURE_ALGORITHMS.find((one) => one.name === kind?.signature);
  if (!kind || !algorithm)
    throw new CeremonyError('REHEARSAL_SETUP', `a rehearsal makes no request with a key of "${key}"`);
  return { make: kind.make, algorithm };
}

/** TLS BR §7.1.4.2.1 wants a root to have one. */
const OTHER_COUNTRY = [set(sequence(oid(OID.countryName), printableString('US')))];

/** @param called its common name */
export function rehearsalName(called: string, before: readonly Uint8Array[] = []): Uint8Array {
  const attribute = (type: string, value: string) => set(sequence(oid(type), utf8String(value)));
  return sequence(...before, attribute(OID.organizationName, 'Rehearsal requester'), attribute(OID.commonName, called));
}

export function extension(type: string, isCritical: boolean, value: Uint8Array): Uint8Array {
  return sequence(oid(type), ...(isCritical ? [boolean(true)] : []), octetString(value));
}
