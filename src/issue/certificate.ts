import { CeremonyError } from '../base/errors.ts';
import { sameBytes } from '../der/reader.ts';
import { hexOf } from '../der/values.ts';
import { KEY_ALGORITHMS, type KeyAlgorithmName, SIGNATURES, type SignatureName } from '../pki/algorithms.ts';
import { encodeSigned, encodeTbsCertificate, signatureIdentifier } from '../pki/encode.ts';
import {
  type CertificateHoles,
  type CertificateRequest,
  isCopied,
  keyIdentifiersOf,
  requestProblems,
} from '../pki/request.ts';
import { parseSpki } from '../x509/public-key.ts';
import { captureEngine } from './capture.ts';
import { loadX509, type X509 } from './library.ts';
import { libraryExtensions } from './library-extensions.ts';
import { libraryIssuer, libraryName } from './library-name.ts';

/**
 * The TBSCertificate of a request with its holes filled, made by the library's generator. Every field is given: the
 * library would fill in the time, a random serial number and SHA-256 by itself. What it makes is held against this
 * program's own encoding, so that nothing it leaves out, adds or changes is ever signed.
 * @throws CeremonyError PROFILE_INVALID for a request that cannot be issued, HSM_KEY_INVALID for a key of another
 *   algorithm than asked for
 */
export async function buildTbsCertificate(request: CertificateRequest, holes: CertificateHoles): Promise<Uint8Array> {
  const problems = requestProblems(request);
  if (problems.length > 0) {
    const message = `the certificate cannot be made: ${problems.join('; ')}`;
    throw new CeremonyError('PROFILE_INVALID', message, { details: { problems } });
  }
  checkHoles(request, holes);
  const x509 = await loadX509();
  const tbs = await generate(x509, request, holes);
  const expected = encodeTbsCertificate(request, holes);
  if (!sameBytes(tbs, expected)) {
    throw new Error(`the two encoders disagree: the library made ${hexOf(tbs)}, expected ${hexOf(expected)}`);
  }
  return tbs;
}

/** Certificate: what was signed, the algorithm's identifier, the signature (RFC 5280 §4.1). */
export function assembleCertificate(
  tbs: Uint8Array,
  signatureAlgorithm: SignatureName,
  signature: Uint8Array,
): Uint8Array {
  return encodeSigned(tbs, signatureIdentifier(signatureAlgorithm), signature);
}

function checkHoles(request: CertificateRequest, { spki, serial }: CertificateHoles): void {
  if (serial.length !== 17 || serial[0] !== 0x01) {
    throw new RangeError(`the serial number ${hexOf(serial)} is not 01 and 16 random octets`);
  }
  requireKeyOf(request.keyAlgorithm, spki);
}

/** @throws CeremonyError HSM_KEY_INVALID for a key of another algorithm */
export function requireKeyOf(algorithm: KeyAlgorithmName, spki: Uint8Array): void {
  const { title, spkiIdentifier } = KEY_ALGORITHMS[algorithm];
  const found = hexOf(parseSpki(spki).algorithm.der);
  if (found !== spkiIdentifier) {
    throw new CeremonyError('HSM_KEY_INVALID', `the public key has the algorithm ${found}, expected ${title}`);
  }
}

async function generate(x509: X509, request: CertificateRequest, holes: CertificateHoles): Promise<Uint8Array> {
  const identifiers = keyIdentifiersOf(request, holes);
  const subject = isCopied(request.subject)
    ? libraryIssuer(x509, request.subject.name)
    : libraryName(x509, request.subject);
  const engine = captureEngine();
  const signature = SIGNATURES[request.signatureAlgorithm];
  return await engine.capture(() =>
    x509.X509CertificateGenerator.create(
      {
        serialNumber: hexOf(holes.serial),
        subject,
        issuer: request.issuer === 'self' ? subject : libraryIssuer(x509, request.issuer.name),
        notBefore: new Date(request.notBefore),
        notAfter: new Date(request.notAfter),
        publicKey: Uint8Array.from(holes.spki),
        signingKey: engine.key(signature),
        signingAlgorithm: engine.algorithm(signature),
        extensions: libraryExtensions(x509, request.profile.fields, identifiers.subject, identifiers.authority),
      },
      engine.crypto,
    ),
  );
}
