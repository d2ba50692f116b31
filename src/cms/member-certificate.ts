import { OID } from '../der/oid.ts';
import { readDer, sameBytes } from '../der/reader.ts';
import {
  bitString,
  boolean,
  explicit,
  integer,
  namedBitString,
  octetString,
  oid,
  sequence,
  set,
  time,
  utf8String,
} from '../der/writer.ts';
import { parseTbsCertificate } from '../x509/certificate.ts';
import { KEY_USAGES, type KeyUsageName } from '../x509/extensions.ts';
import { deriveKeyIdentifier, parseSpki } from '../x509/public-key.ts';
import { suiteOf } from './algorithms.ts';

export interface MemberCertificateRequest {
  /** The pseudonym under which the member stands in the roster; 1..64 characters (RFC 5280 §A.1 ub-common-name). */
  readonly commonName: string;
  /** Positive, at most 20 octets, most significant first (RFC 5280 §4.1.2.2). */
  readonly serial: Uint8Array;
  /** `YYYY-MM-DDTHH:MM:SSZ`; shown, not used: the roster says from when until when a member is one. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** DER of the SubjectPublicKeyInfo: P-256, P-384 or RSA of at least 2048 bits. */
  readonly spki: Uint8Array;
  /** Signing approvals, or opening envelopes. */
  readonly purpose: 'sign' | 'open';
  /**
   * DER of the SubjectPublicKeyInfo of the key that signs the certificate, where it is not its own: a key that may
   * only agree on secrets cannot sign, so the member's signing key does, under the same name.
   */
  readonly signedBy?: Uint8Array;
}

/**
 * The to-be-signed bytes of a roster member's certificate: version 3, CA:FALSE, one key usage, the subject key
 * identifier that CMS names it by (RFC 7093 §2, method 1), no authority key identifier.
 * @throws RangeError for a request that is not of this shape; CeremonyError DER_INVALID for a key of another type
 */
export function memberCertificateTbs(request: MemberCertificateRequest): Uint8Array {
  const spki = parseSpki(request.spki);
  const suite = suiteOf(spki);
  checkRequest(request);
  const name = sequence(set(sequence(oid(OID.commonName), utf8String(request.commonName))));
  const usage: KeyUsageName =
    request.purpose === 'sign' ? 'digitalSignature' : suite.keyAgreement ? 'keyAgreement' : 'keyEncipherment';
  const extensions = sequence(
    extension(OID.basicConstraints, true, sequence()),
    extension(OID.keyUsage, true, namedBitString([KEY_USAGES.indexOf(usage)])),
    extension(OID.subjectKeyIdentifier, false, octetString(deriveKeyIdentifier(spki))),
  );
  return sequence(
    explicit(0, integer(2)),
    integer(request.serial),
    memberCertificateAlgorithm(request.signedBy ?? request.spki),
    name,
    sequence(time(request.notBefore), time(request.notAfter)),
    name,
    spki.der,
    explicit(3, extensions),
  );
}

function checkRequest({ commonName, serial, notBefore, notAfter }: MemberCertificateRequest): void {
  if (!/^.{1,64}$/su.test(commonName)) throw new RangeError(`common name "${commonName}" is not of 1 to 64 characters`);
  const length = integer(serial).length - 2;
  if (length > 20 || serial.every((octet) => octet === 0))
    throw new RangeError(`serial number of ${length} octets is not positive and at most 20 octets`);
  if (notBefore >= notAfter) throw new RangeError(`validity from ${notBefore} to ${notAfter} is empty`);
}

function extension(type: string, critical: boolean, value: Uint8Array): Uint8Array {
  return critical ? sequence(oid(type), boolean(true), octetString(value)) : sequence(oid(type), octetString(value));
}

/** DER of the AlgorithmIdentifier with which that key signs certificates, for `assembleCertificate`. */
export function memberCertificateAlgorithm(spki: Uint8Array): Uint8Array {
  return suiteOf(parseSpki(spki)).certificateAlgorithm;
}

/**
 * The certificate of these to-be-signed bytes (RFC 5280 §4.1.1). The signature is not checked here.
 * @throws CeremonyError DER_INVALID where `tbs` is no TBSCertificate; RangeError where it names another algorithm
 */
export function assembleCertificate(tbs: Uint8Array, algorithm: Uint8Array, signature: Uint8Array): Uint8Array {
  readDer(algorithm, 'signatureAlgorithm');
  if (!sameBytes(parseTbsCertificate(tbs).tbsSignatureAlgorithm.der, algorithm)) {
    throw new RangeError('the to-be-signed bytes name another signature algorithm');
  }
  return sequence(tbs, algorithm, bitString(signature));
}
