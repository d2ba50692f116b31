import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { KEY_ALGORITHMS, type KeyAlgorithmName, SIGNATURES, type SignatureName } from '../pki/algorithms.ts';
import { type CertificateHoles, type CertificateRequest, serialNumber } from '../pki/request.ts';
import { assembleCertificate, buildTbsCertificate } from './certificate.ts';
import { STAND_IN_RSA } from './stand-in-rsa.ts';

export interface StandIn {
  /** DER of a certificate like the one to come, but for its holes. */
  readonly certificate: Uint8Array;
  readonly holes: CertificateHoles;
}

/** Octets that stand for the 128 random bits of a serial number. */
const SERIAL_PLACEHOLDER = new Uint8Array(16).fill(0x5a);

/**
 * A certificate of the same shape under a throw-away key of the same type, for linting before any key exists. An EC or
 * Ed25519 key is made, signs, and is dropped. Making an RSA key takes seconds, so a fixed public key stands in whose private
 * key nobody kept, and the signature is zero octets of the length that such a key has: no rule looks at a signature.
 * Under another issuer its key is stood for too: name and key identifier are the issuer's, and the signature is one
 * of the kind that its algorithm makes.
 * @throws CeremonyError PROFILE_INVALID
 */
export async function standIn(request: CertificateRequest): Promise<StandIn> {
  const key = throwAwayKey(request.keyAlgorithm);
  const holes = { spki: key.spki, serial: serialNumber(SERIAL_PLACEHOLDER) };
  const tbs = await buildTbsCertificate(request, holes);
  const { hash } = SIGNATURES[request.signatureAlgorithm];
  const signer = request.issuer === 'self' ? key : throwAwayKey(keyForSignature(request.signatureAlgorithm));
  const signature = signer.privateKey ? sign(hash, tbs, signer.privateKey) : new Uint8Array(signer.bits / 8);
  return { certificate: assembleCertificate(tbs, request.signatureAlgorithm, signature), holes };
}

/** A key of a CA that signs so; of several the longest, so that nothing that is planned is shorter than what will be. */
function keyForSignature(signature: SignatureName): KeyAlgorithmName {
  const fitting = Object.values(KEY_ALGORITHMS)
    .filter(({ forCa, signatures }) => forCa && signatures.includes(signature))
    .sort((one, other) => other.bits - one.bits)[0];
  if (!fitting) throw new RangeError(`no key of a CA makes ${signature}`);
  return fitting.name;
}

interface ThrowAwayKey {
  readonly spki: Uint8Array;
  /** Of the field, or of the modulus. */
  readonly bits: number;
  /** Undefined for RSA. */
  readonly privateKey: KeyObject | undefined;
}

function throwAwayKey(algorithm: KeyAlgorithmName): ThrowAwayKey {
  const { type, bits } = KEY_ALGORITHMS[algorithm];
  if (type === 'rsa') {
    const spki = STAND_IN_RSA[bits];
    if (spki === undefined) throw new RangeError(`there is no stand-in for ${algorithm}`);
    return { spki: Uint8Array.from(Buffer.from(spki, 'base64')), bits, privateKey: undefined };
  }
  const { publicKey, privateKey } =
    type === 'ec' ? generateKeyPairSync('ec', { namedCurve: `P-${bits}` }) : generateKeyPairSync('ed25519');
  return { spki: Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' })), bits, privateKey };
}
