import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { KEY_ALGORITHMS, type KeyAlgorithmName, SIGNATURES } from '../pki/algorithms.ts';
import { type CertificateHoles, type CertificateRequest, serialNumber } from '../pki/request.ts';
import { assembleCertificate, buildTbsCertificate } from './certificate.ts';
import { STAND_IN_RSA_4096 } from './stand-in-rsa.ts';

export interface StandIn {
  /** DER of a certificate like the one to come, but for its holes. */
  readonly certificate: Uint8Array;
  readonly holes: CertificateHoles;
}

/** Octets that stand for the 128 random bits of a serial number. */
const SERIAL_PLACEHOLDER = new Uint8Array(16).fill(0x5a);

/**
 * A certificate of the same shape under a throw-away key of the same type, for linting before any key exists. An EC
 * key is made, signs, and is dropped. Making an RSA-4096 key takes seconds, so a fixed public key stands in whose
 * private key nobody kept, and the signature is 512 zero octets: no rule looks at a signature.
 * A self-signed request only: under another issuer the stand-in could not sign.
 * @throws CeremonyError PROFILE_INVALID
 */
export async function standIn(request: CertificateRequest): Promise<StandIn> {
  const key = throwAwayKey(request.keyAlgorithm);
  const holes = { spki: key.spki, serial: serialNumber(SERIAL_PLACEHOLDER) };
  const tbs = await buildTbsCertificate(request, holes);
  const { hash } = SIGNATURES[request.signatureAlgorithm];
  const signature = key.privateKey ? sign(hash, tbs, key.privateKey) : new Uint8Array(512);
  return { certificate: assembleCertificate(tbs, request.signatureAlgorithm, signature), holes };
}

function throwAwayKey(algorithm: KeyAlgorithmName): { spki: Uint8Array; privateKey: KeyObject | undefined } {
  const { type, curve, bits } = KEY_ALGORITHMS[algorithm];
  if (type === 'rsa') {
    if (bits !== 4096) throw new RangeError(`there is no stand-in for ${algorithm}`);
    return { spki: Uint8Array.from(Buffer.from(STAND_IN_RSA_4096, 'base64')), privateKey: undefined };
  }
  if (curve === undefined) throw new RangeError(`there is no curve of ${algorithm}`);
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: `P-${bits}` });
  return { spki: Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' })), privateKey };
}
