import { CeremonyError } from '../base/errors.ts';
import { OID } from '../der/oid.ts';
import { sameBytes } from '../der/reader.ts';
import { hexOf } from '../der/values.ts';
import { KEY_ALGORITHMS, SIGNATURES } from '../pki/algorithms.ts';
import { encodeRequestInfo, type OwnRequest, ownRequestProblems, requestedFields } from '../pki/own-request.ts';
import { deriveKeyIdentifier, parseSpki } from '../x509/public-key.ts';
import { captureEngine } from './capture.ts';
import { requireKeyOf } from './certificate.ts';
import { loadX509 } from './library.ts';
import { libraryExtensions } from './library-extensions.ts';
import { libraryName } from './library-name.ts';

/**
 * The CertificationRequestInfo of a request, made by the library's generator, and held against this program's own encoding.
 * @param spki DER of the SubjectPublicKeyInfo
 * @throws CeremonyError PROFILE_INVALID for a request that cannot be made, HSM_KEY_INVALID for a key of another algorithm
 */
export async function buildRequestInfo(request: OwnRequest, spki: Uint8Array): Promise<Uint8Array> {
  const problems = ownRequestProblems(request);
  if (problems.length > 0) {
    const message = `the request cannot be made: ${problems.join('; ')}`;
    throw new CeremonyError('PROFILE_INVALID', message, { details: { problems } });
  }
  requireKeyOf(request.keyAlgorithm, spki);
  const x509 = await loadX509();
  const engine = captureEngine(spki);
  const signature = SIGNATURES[KEY_ALGORITHMS[request.keyAlgorithm].signature];
  const identifier = deriveKeyIdentifier(parseSpki(spki));
  const { profile } = request;
  const tbs = await engine.capture(() =>
    x509.Pkcs10CertificateRequestGenerator.create(
      {
        name: libraryName(x509, request.subject),
        keys: { publicKey: engine.key(signature), privateKey: engine.key(signature) },
        signingAlgorithm: engine.algorithm(signature),
        // Who signs it, and with which key, is not ours to ask.
        extensions: profile
          ? libraryExtensions(x509, requestedFields(profile), identifier, identifier).filter(
              ({ type }) => type !== OID.authorityKeyIdentifier,
            )
          : [],
      },
      engine.crypto,
    ),
  );
  const expected = encodeRequestInfo(request, spki);
  if (!sameBytes(tbs, expected))
    throw new Error(`the two encoders disagree: the library made ${hexOf(tbs)}, expected ${hexOf(expected)}`);
  return tbs;
}
