import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError, type ErrorCode } from '../base/errors.ts';
import { hexOf } from '../der/values.ts';
import {
  type CertificationRequest,
  MAX_REQUEST_BYTES,
  parseCertificationRequest,
} from '../x509/certification-request.ts';
import { checkPublicKey } from '../x509/key-check.ts';
import type { SubjectPublicKeyInfo } from '../x509/model.ts';
import { describePublicKey, parsePublicKey } from '../x509/public-key.ts';
import { signatureAlgorithm, verifySignature } from '../x509/signature.ts';
import { KEY_ALGORITHMS, type KeyAlgorithmName } from './algorithms.ts';
import { derOfPem, OLD_REQUEST, type PemLabel } from './pem.ts';
import { FERMAT_ROUNDS, hasClosePrimes, hasRocaFingerprint, modulusOf } from './rsa-weakness.ts';
import { type WeakKeys, weakKeyLine } from './weak-keys.ts';

/** Of the file on the medium: as PEM with lines of 64 characters, the greatest request has 89 KiB. */
export const MAX_FILE_BYTES = 96 * 1024;

/**
 * The DER of a request from its file, which holds that or one PEM block of it. What the request says is not judged.
 * @param name what to call the file in messages
 * @throws CeremonyError FILE_TOO_LARGE, DER_INVALID
 */
export function derOfRequestFile(bytes: Uint8Array, name: string): Uint8Array {
  const der = derOfFile(bytes, name, ['CERTIFICATE REQUEST' satisfies PemLabel, OLD_REQUEST]);
  if (der.length > MAX_REQUEST_BYTES)
    throw new CeremonyError(
      'FILE_TOO_LARGE',
      `the request in "${name}" has ${der.length} bytes, expected at most ${MAX_REQUEST_BYTES}`,
    );
  return der;
}

/**
 * What a file that comes in holds: DER, or one PEM block of it.
 * @param labels of such a block
 * @param most bytes
 * @throws CeremonyError FILE_TOO_LARGE, DER_INVALID
 */
export function derOfFile(
  bytes: Uint8Array,
  name: string,
  labels: readonly string[],
  most: number = MAX_FILE_BYTES,
): Uint8Array {
  if (bytes.length > most)
    throw new CeremonyError('FILE_TOO_LARGE', `"${name}" has ${bytes.length} bytes, expected at most ${most}`);
  if (bytes.length === 0) throw new CeremonyError('DER_INVALID', `"${name}" is empty`);
  // A SEQUENCE: the digit 0, with which no PEM begins.
  return bytes[0] === 0x30 ? bytes : derOfPem(bytes, labels);
}

/** The closed list of what speaks against a request that can be read, with the code under which it is refused. */
export const REQUEST_REASONS = {
  'key-algorithm': 'REQUEST_ALGORITHM',
  'key-listed': 'REQUEST_KEY_WEAK',
  'key-weak': 'REQUEST_KEY_WEAK',
  'key-known': 'REQUEST_KEY_KNOWN',
  'signature-algorithm': 'REQUEST_SIGNATURE',
  signature: 'REQUEST_SIGNATURE',
} as const satisfies Record<string, ErrorCode>;

/** The same for the certificate of a CA. */
export const CERTIFICATE_REASONS = { ...REQUEST_REASONS, 'no-ca': 'CERTIFICATE_UNFIT' } as const;

export interface RequestFault {
  readonly reason: keyof typeof CERTIFICATE_REASONS;
  /** Foreign text is in it only as numbers and identifiers. */
  readonly message: string;
}

export interface Expected {
  /** The algorithm that the script names; any that a CA's key may have, where it names none. */
  readonly key: KeyAlgorithmName | undefined;
  /** SHA-256 of each SubjectPublicKeyInfo that this CA has, with what to call it. */
  readonly ownKeys: ReadonlyMap<Sha256, string>;
  /** In which an RSA key is looked up; undefined where there is none, as for a verifier. */
  readonly weakKeys?: Pick<WeakKeys, 'sha256' | 'has'> | undefined;
}

/**
 * Everything that speaks against a request: its key (TLS BR §6.1.1.3, §6.1.5, §6.1.6), and the proof that whoever made
 * it has the private key (RFC 2986 §3, note 2). A key of another algorithm than expected is looked at no further.
 * The weak keys of Debian's OpenSSL (CVE-2008-0166) are known by a list alone, where the site names one.
 */
export function judgeRequest(request: CertificationRequest, expected: Expected): RequestFault[] {
  const faults = judgeKey(request.spki, expected);
  return faults.some(({ reason }) => reason === 'key-algorithm') ? faults : [...faults, ...possessionFaults(request)];
}

/** The same of its key alone, whoever brings it in what. */
export function judgeKey(spki: SubjectPublicKeyInfo, { key: wanted, ownKeys, weakKeys }: Expected): RequestFault[] {
  const found = keyAlgorithmOf(spki);
  if (found === undefined || (wanted !== undefined && found !== wanted))
    return [{ reason: 'key-algorithm', message: otherKey(spki, wanted) }];
  const faults = keyFaults(spki).map((message) => ({ reason: 'key-weak', message }) as const);
  const known = ownKeys.get(sha256(spki.der));
  const own = known === undefined ? [] : [{ reason: 'key-known', message: `its key is that of ${known}` } as const];
  return [...listedFaults(spki, weakKeys), ...faults, ...own];
}

function listedFaults(spki: SubjectPublicKeyInfo, weakKeys: Expected['weakKeys']): RequestFault[] {
  const modulus = weakKeys && modulusOf(spki);
  if (modulus === undefined || !weakKeys?.has(modulus)) return [];
  const message = `its RSA key is in the list of weak keys with SHA-256 ${weakKeys.sha256}, as "${weakKeyLine(modulus)}": others can have its private key (CVE-2008-0166)`;
  return [{ reason: 'key-listed', message }];
}

/** What a script calls the algorithm of this key; undefined where it has no word for it, or the key cannot be read. */
export function keyAlgorithmOf(spki: SubjectPublicKeyInfo): KeyAlgorithmName | undefined {
  const identifier = hexOf(spki.algorithm.der);
  const bits = modulusOf(spki)?.toString(2).length;
  const known = Object.values(KEY_ALGORITHMS).find(
    (one) => one.spkiIdentifier === identifier && (one.type !== 'rsa' || one.bits === bits),
  );
  return known?.name;
}

/** An identifier may be as long as the request: of one that is not exactly known, the object identifier is enough. */
function otherKey(spki: SubjectPublicKeyInfo, wanted: KeyAlgorithmName | undefined): string {
  const expected = wanted === undefined ? Object.values(KEY_ALGORITHMS).map(({ title }) => title) : [titleOf(wanted)];
  return `its key is ${describedKey(spki)}, expected ${expected.join(', ')}`;
}

function describedKey(spki: SubjectPublicKeyInfo): string {
  try {
    const key = parsePublicKey(spki);
    if (key.type === 'other') return `of algorithm ${key.oid} in an encoding that is not one of the exact ones`;
    return key.type === 'rsa' ? `RSA ${key.modulusBits}` : describePublicKey(key);
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
    return `not readable (${error.message})`;
  }
}

function titleOf(name: KeyAlgorithmName): string {
  return KEY_ALGORITHMS[name].title;
}

function keyFaults(spki: SubjectPublicKeyInfo): string[] {
  const faults = checkPublicKey(spki);
  const modulus = modulusOf(spki);
  if (modulus === undefined) return faults;
  if (hasRocaFingerprint(modulus)) faults.push('RSA modulus has the ROCA fingerprint (CVE-2017-15361)');
  if (hasClosePrimes(modulus))
    faults.push(`RSA modulus is factored within ${FERMAT_ROUNDS} rounds of Fermat's method: its primes are close`);
  return faults;
}

/** Whether it is signed with its own key: a request, or a self-signed certificate. */
export function possessionFaults({
  spki,
  signatureAlgorithm: algorithm,
  tbs,
  signature,
}: Pick<CertificationRequest, 'spki' | 'signatureAlgorithm' | 'tbs' | 'signature'>): RequestFault[] {
  const known = signatureAlgorithm(algorithm.der);
  if (!known) {
    const message = `it is signed with algorithm ${algorithm.oid} in an encoding that is not one of the exact ones`;
    return [{ reason: 'signature-algorithm', message }];
  }
  const message = `its signature (${known.name}) is not that of its own key`;
  try {
    return verifySignature(spki, algorithm.der, tbs, signature) ? [] : [{ reason: 'signature', message }];
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
    return [{ reason: 'signature', message: `${message}: ${error.message}` }];
  }
}

/**
 * Reads a request and judges it.
 * @param name what to call it in messages
 * @throws CeremonyError DER_INVALID; REQUEST_ALGORITHM, REQUEST_KEY_WEAK, REQUEST_KEY_KNOWN, REQUEST_SIGNATURE: by what
 * speaks against it first, with all the rest in the message
 */
export function takeRequest(
  der: Uint8Array,
  name: string,
  expected: Expected,
): { readonly request: CertificationRequest; readonly algorithm: KeyAlgorithmName } {
  const request = parseCertificationRequest(der, name);
  const faults = judgeRequest(request, expected);
  const algorithm = keyAlgorithmOf(request.spki);
  if (faults.length === 0 && algorithm !== undefined) return { request, algorithm };
  throw refusalOf(faults, name);
}

/** Of many things that are refused, how many are named. */
const NAMED = 10;

/** The first of many, and how many more there are. */
export function firstOf(things: readonly string[], between = ', '): string {
  const more = things.length - NAMED;
  return `${things.slice(0, NAMED).join(between)}${more > 0 ? `${between}and ${more} more` : ''}`;
}

/** One of many requests that came in together. */
export interface RequestOfMany {
  readonly name: string;
  readonly request: CertificationRequest;
  readonly algorithm: KeyAlgorithmName;
}

/**
 * Reads requests that came in together and judges each, as one alone; and no two of them have one key.
 * @param files the bytes of each as they came, by the name of its file
 * @param where what to call their folder in messages
 * @throws CeremonyError as `derOfRequestFile` and `takeRequest`: by the first that is refused, with ten of them in the message
 */
export function takeRequests(
  files: ReadonlyMap<string, Uint8Array>,
  where: string,
  expected: Expected,
): readonly RequestOfMany[] {
  const ownKeys = new Map(expected.ownKeys);
  const refused: CeremonyError[] = [];
  const taken: RequestOfMany[] = [];
  for (const [name, bytes] of files) {
    try {
      const one = takeRequest(derOfRequestFile(bytes, name), name, { ...expected, ownKeys });
      ownKeys.set(sha256(one.request.spki.der), `the request "${name}"`);
      taken.push({ name, ...one });
    } catch (error) {
      if (!(error instanceof CeremonyError)) throw error;
      refused.push(error);
    }
  }
  const [first] = refused;
  if (!first) return taken;
  const messages = refused.map(({ message }) => message);
  const isListed = refused.some(({ hint }) => hint === LISTED_HINT);
  throw new CeremonyError(first.code, `${where}: ${firstOf(messages, '; ')}`, {
    hint: `nothing of the folder is used: its requester brings another${isListed ? `. Of a key in the list of weak keys: ${LISTED_HINT}` : ''}`,
  });
}

/** What people do where a key is in the list of weak keys: to bring another is not all. */
const LISTED_HINT =
  'nothing of it is used, and nobody should use this key for anything: its owner makes a new one and brings that, and has every certificate of this one revoked';

/** By the first of them, with all the rest in the message. */
export function refusalOf(faults: readonly RequestFault[], name: string): CeremonyError {
  return new CeremonyError(
    CERTIFICATE_REASONS[faults[0]?.reason ?? 'key-algorithm'],
    `${name}: ${faults.map(({ message }) => message).join('; ')}`,
    {
      hint: faults[0]?.reason === 'key-listed' ? LISTED_HINT : 'nothing of it is used: its requester brings another',
    },
  );
}
