import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { addDuration, formatUtc, parseUtc } from '../../src/base/dates.ts';
import { wholeOf } from '../../src/base/octets.ts';
import { assembleCertificate, buildTbsCertificate } from '../../src/issue/certificate.ts';
import { assembleCrl, buildTbsCertList } from '../../src/issue/crl.ts';
import { KEY_ALGORITHMS, SIGNATURES, type SignatureName, signatureByIdentifier } from '../../src/pki/algorithms.ts';
import { issuerIdentity } from '../../src/pki/issuer.ts';
import { subjectOf } from '../../src/pki/name.ts';
import type { CertificateProfile } from '../../src/pki/profile.ts';
import { type CertificateRequest, type CrlRequest, serialNumber } from '../../src/pki/request.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { crlProfile, rootProfile } from '../pki/fixtures.ts';

/** A CA whose key is in this process: it signs what the HSM would. */
export const CA_ALGORITHMS = ['ecdsa-p256', 'ecdsa-p384', 'ecdsa-p521', 'rsa-3072', 'rsa-4096', 'ed25519'] as const;
export type CaAlgorithm = (typeof CA_ALGORITHMS)[number];

/** The rules that a CA of that key can keep: the public web has no Ed25519. */
export function packsFor(algorithm: CaAlgorithm): readonly string[] {
  return ['rfc5280', algorithm === 'ed25519' ? 'private' : 'cabf-tls'];
}

function newPair(algorithm: CaAlgorithm): { publicKey: KeyObject; privateKey: KeyObject } {
  const { type, bits } = KEY_ALGORITHMS[algorithm];
  if (type === 'rsa') return generateKeyPairSync('rsa', { modulusLength: bits });
  return type === 'ec' ? generateKeyPairSync('ec', { namedCurve: `P-${bits}` }) : generateKeyPairSync('ed25519');
}

const KEYS = new Map<CaAlgorithm, { publicKey: KeyObject; privateKey: KeyObject }>();

/** One key of each kind: an RSA-4096 key takes seconds to make. */
export function keyOf(algorithm: CaAlgorithm): { readonly spki: Uint8Array; readonly privateKey: KeyObject } {
  let pair = KEYS.get(algorithm);
  if (!pair) {
    pair = newPair(algorithm);
    KEYS.set(algorithm, pair);
  }
  return { spki: Uint8Array.from(pair.publicKey.export({ type: 'spki', format: 'der' })), privateKey: pair.privateKey };
}

/** An hour ago: certtool judges by the clock and takes no other time. */
export const NOT_BEFORE = formatUtc(Date.now() - 3_600_000);

export const SERIAL = serialNumber(new Uint8Array(16).fill(0xe7));

export function rootRequest(algorithm: CaAlgorithm, change: Partial<CertificateRequest> = {}): CertificateRequest {
  return {
    profile: rootProfile(),
    subject: subjectOf({ C: 'US', O: 'Example Org', CN: 'Example Root CA G1' }),
    issuer: 'self',
    notBefore: NOT_BEFORE,
    notAfter: formatUtc(addDuration(parseUtc(NOT_BEFORE), 'P10Y') - 1000),
    keyAlgorithm: algorithm,
    signatureAlgorithm: KEY_ALGORITHMS[algorithm].signature,
    ...change,
  };
}

function signature(tbs: Uint8Array, name: SignatureName, algorithm: CaAlgorithm): Uint8Array {
  return sign(SIGNATURES[name].hash, tbs, keyOf(algorithm).privateKey);
}

/** A certificate for that request, under the key of its algorithm. */
export async function issueRoot(request: CertificateRequest): Promise<Uint8Array> {
  const algorithm = request.keyAlgorithm as CaAlgorithm;
  const tbs = await buildTbsCertificate(request, { spki: keyOf(algorithm).spki, serial: SERIAL });
  return assembleCertificate(tbs, request.signatureAlgorithm, signature(tbs, request.signatureAlgorithm, algorithm));
}

/** A certificate of that profile for the key of `algorithm`, to be issued by a CA. */
export function subordinateRequest(
  issuer: Uint8Array,
  profile: CertificateProfile,
  algorithm: CaAlgorithm,
  change: Partial<CertificateRequest> = {},
): CertificateRequest {
  const { tbsSignatureAlgorithm } = parseCertificate(issuer);
  const signatureAlgorithm = signatureByIdentifier(Buffer.from(tbsSignatureAlgorithm.der).toString('hex'));
  if (!signatureAlgorithm) throw new Error('the issuer signs by an unknown algorithm');
  return {
    profile,
    subject: subjectOf({ C: 'US', O: 'Example Org', CN: `Example ${profile.extends}` }),
    issuer: issuerIdentity(parseCertificate(issuer)),
    notBefore: NOT_BEFORE,
    notAfter: formatUtc(addDuration(parseUtc(NOT_BEFORE), 'P5Y') - 1000),
    keyAlgorithm: algorithm,
    signatureAlgorithm: signatureAlgorithm.name,
    ...change,
  };
}

/** A certificate for that request, signed with the key of its issuer. */
export async function issueUnder(
  request: CertificateRequest,
  issuerAlgorithm: CaAlgorithm,
  serial: Uint8Array = SERIAL,
): Promise<Uint8Array> {
  const { spki } = keyOf(request.keyAlgorithm as CaAlgorithm);
  const tbs = await buildTbsCertificate(request, { spki, serial });
  return assembleCertificate(
    tbs,
    request.signatureAlgorithm,
    signature(tbs, request.signatureAlgorithm, issuerAlgorithm),
  );
}

export function crlRequest(issuer: Uint8Array, algorithm: CaAlgorithm, change: Partial<CrlRequest> = {}): CrlRequest {
  return {
    profile: crlProfile(),
    issuer: issuerIdentity(parseCertificate(issuer)),
    number: 1n,
    thisUpdate: NOT_BEFORE,
    nextUpdate: formatUtc(addDuration(parseUtc(NOT_BEFORE), 'P364D')),
    revoked: [],
    signatureAlgorithm: KEY_ALGORITHMS[algorithm].signature,
    ...change,
  };
}

export function issueCrl(request: CrlRequest, algorithm: CaAlgorithm): Uint8Array {
  const tbs = wholeOf(buildTbsCertList(request));
  return assembleCrl(tbs, request.signatureAlgorithm, signature(tbs, request.signatureAlgorithm, algorithm));
}
