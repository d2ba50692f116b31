import { CeremonyError } from '../base/errors.ts';
import { sameBytes } from '../der/reader.ts';
import { hexOf } from '../der/values.ts';
import { KEY_ALGORITHMS, SIGNATURES, type SignatureAlgorithm, type SignatureName } from '../pki/algorithms.ts';
import { encodeSigned, encodeTbsCertificate, signatureIdentifier } from '../pki/encode.ts';
import { type CertificateHoles, type CertificateRequest, requestProblems } from '../pki/request.ts';
import { deriveKeyIdentifier, parseSpki } from '../x509/public-key.ts';
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
  const { title, spkiIdentifier } = KEY_ALGORITHMS[request.keyAlgorithm];
  const found = hexOf(parseSpki(spki).algorithm.der);
  if (found !== spkiIdentifier) {
    throw new CeremonyError('HSM_KEY_INVALID', `the public key has the algorithm ${found}, expected ${title}`);
  }
}

async function generate(x509: X509, request: CertificateRequest, holes: CertificateHoles): Promise<Uint8Array> {
  const subjectKeyIdentifier = deriveKeyIdentifier(parseSpki(holes.spki));
  const authority = request.issuer === 'self' ? subjectKeyIdentifier : request.issuer.keyIdentifier;
  const subject = libraryName(x509, request.subject);
  const engine = captureEngine();
  const signature = SIGNATURES[request.signatureAlgorithm];
  await x509.X509CertificateGenerator.create(
    {
      serialNumber: hexOf(holes.serial),
      subject,
      issuer: request.issuer === 'self' ? subject : libraryIssuer(x509, request.issuer.name),
      notBefore: new Date(request.notBefore),
      notAfter: new Date(request.notAfter),
      publicKey: Uint8Array.from(holes.spki),
      signingKey: engine.key(signature),
      signingAlgorithm: engine.algorithm(signature),
      extensions: libraryExtensions(x509, request.profile.fields, subjectKeyIdentifier, authority),
    },
    engine.crypto,
  );
  return engine.captured();
}

/** A WebCrypto engine that signs nothing: it keeps the bytes it is asked to sign. Any randomness asked for is a bug. */
function captureEngine() {
  let captured: Uint8Array | undefined;
  const refuse = () => {
    throw new Error('the X.509 library asked for random bytes');
  };
  const sign = (_algorithm: unknown, _key: unknown, data: ArrayBuffer): Promise<ArrayBuffer> => {
    captured = Uint8Array.from(new Uint8Array(data));
    // Long enough to be taken for a raw ECDSA signature on P-384; it is thrown away with the certificate around it.
    return Promise.resolve(new ArrayBuffer(96));
  };
  const algorithm = ({ scheme, hash }: SignatureAlgorithm) => {
    if (hash === null) return { name: 'Ed25519' };
    // The library writes no curve into a signature algorithm: P-384 stands for each of them.
    return {
      ...(scheme === 'ecdsa' ? { name: 'ECDSA', namedCurve: 'P-384' } : { name: 'RSASSA-PKCS1-v1_5' }),
      hash: `SHA-${hash.slice(3)}`,
    };
  };
  return {
    algorithm,
    key: (signature: SignatureAlgorithm) => ({ algorithm: algorithm(signature) }) as unknown as CryptoKey,
    crypto: { subtle: { sign }, getRandomValues: refuse, randomUUID: refuse } as unknown as Crypto,
    captured: (): Uint8Array => {
      if (!captured) throw new Error('the X.509 library signed nothing');
      return captured;
    },
  };
}
