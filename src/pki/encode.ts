import { bitString, explicit, integer, sequence, time } from '../der/writer.ts';
import { SIGNATURES, type SignatureName } from './algorithms.ts';
import { certificateExtensions, encodeExtension, type WantedExtension } from './extensions.ts';
import {
  type CertificateHoles,
  type CertificateRequest,
  issuerNameOf,
  keyIdentifiersOf,
  subjectNameOf,
} from './request.ts';

/** The extensions that a certificate must have, key identifiers filled in. */
export function wantedExtensions(request: CertificateRequest, holes: CertificateHoles): WantedExtension[] {
  return certificateExtensions(request.profile.fields, keyIdentifiersOf(request, holes));
}

/**
 * The TBSCertificate of a request (RFC 5280 §4.1), in this program's own encoding. Certificates are issued through
 * another encoder; this one says what its result must be, byte for byte.
 */
export function encodeTbsCertificate(request: CertificateRequest, holes: CertificateHoles): Uint8Array {
  return sequence(
    explicit(0, integer(2)),
    integer(holes.serial),
    signatureIdentifier(request.signatureAlgorithm),
    issuerNameOf(request),
    sequence(time(request.notBefore), time(request.notAfter)),
    subjectNameOf(request),
    holes.spki,
    explicit(3, sequence(...wantedExtensions(request, holes).map(encodeExtension))),
  );
}

/** DER of the AlgorithmIdentifier. */
export function signatureIdentifier(name: SignatureName): Uint8Array {
  return Uint8Array.from(Buffer.from(SIGNATURES[name].identifier, 'hex'));
}

/** Certificate or CertificateList: SEQUENCE of what is signed, AlgorithmIdentifier and signature (RFC 5280 §4.1, §5.1). */
export function encodeSigned(tbs: Uint8Array, algorithm: Uint8Array, signature: Uint8Array): Uint8Array {
  return sequence(tbs, algorithm, bitString(signature));
}
