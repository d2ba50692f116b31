import { CeremonyError, type ErrorCode } from '../base/errors.ts';
import { OID } from '../der/oid.ts';
import { oid, sequence } from '../der/writer.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { type KeyUsageName, keyUsage, subjectKeyIdentifier } from '../x509/extensions.ts';
import type { Certificate, SubjectPublicKeyInfo } from '../x509/model.ts';
import { type CurveName, describePublicKey, parsePublicKey } from '../x509/public-key.ts';

/** Everything that the type of a member's key fixes in our CMS profile: there is nothing to choose and nothing to negotiate. */
export interface KeySuite {
  readonly key: 'P-256' | 'P-384' | 'RSA';
  readonly digest: 'sha256' | 'sha384';
  /** DER, parameters absent (RFC 5754 §2). */
  readonly digestAlgorithm: Uint8Array;
  /** DER of SignerInfo.signatureAlgorithm. */
  readonly signatureAlgorithm: Uint8Array;
  /** DER of a certificate's signatureAlgorithm by such a key. */
  readonly certificateAlgorithm: Uint8Array;
  /** Object identifier of the ephemeral-static ECDH with X9.63 KDF (RFC 5753 §7.1.4); undefined for RSA. */
  readonly keyAgreement: string | undefined;
  /** Curve by OpenSSL's name; undefined for RSA. */
  readonly curve: 'prime256v1' | 'secp384r1' | undefined;
}

const P256: KeySuite = {
  key: 'P-256',
  digest: 'sha256',
  digestAlgorithm: sequence(oid(OID.sha256)),
  signatureAlgorithm: sequence(oid(OID.ecdsaWithSHA256)),
  certificateAlgorithm: sequence(oid(OID.ecdsaWithSHA256)),
  keyAgreement: OID.ecdhSha256Kdf,
  curve: 'prime256v1',
};

const P384: KeySuite = {
  key: 'P-384',
  digest: 'sha384',
  digestAlgorithm: sequence(oid(OID.sha384)),
  signatureAlgorithm: sequence(oid(OID.ecdsaWithSHA384)),
  certificateAlgorithm: sequence(oid(OID.ecdsaWithSHA384)),
  keyAgreement: OID.ecdhSha384Kdf,
  curve: 'secp384r1',
};

/**
 * CMS names PKCS #1 v1.5 signatures by the key's identifier, and the digest apart (RFC 5754 §3.2, which every
 * implementation must support and OpenSSL writes). sha256WithRSAEncryption would be a second spelling of the same
 * signature in a field that no signature covers, so only one is accepted.
 */
const RSA: KeySuite = {
  key: 'RSA',
  digest: 'sha256',
  digestAlgorithm: sequence(oid(OID.sha256)),
  signatureAlgorithm: Buffer.from('300d06092a864886f70d0101010500', 'hex'),
  certificateAlgorithm: Buffer.from('300d06092a864886f70d01010b0500', 'hex'),
  keyAgreement: undefined,
  curve: undefined,
};

const SUITES: Readonly<Partial<Record<CurveName, KeySuite>>> = { 'P-256': P256, 'P-384': P384 };

/** The least modulus of a quorum token's RSA key (BR §6.1.5). */
const MIN_RSA_BITS = 2048;

/**
 * What to use with this key, in bytes that go into certificates and CMS.
 * @throws CeremonyError `code` (DER_INVALID unless told) for another key than P-256, P-384 or RSA of at least 2048 bits
 */
export function suiteOf(spki: SubjectPublicKeyInfo, code: ErrorCode = 'DER_INVALID'): KeySuite {
  const key = parsePublicKey(spki);
  const suite =
    key.type === 'ec' ? SUITES[key.curve] : key.type === 'rsa' && key.modulusBits >= MIN_RSA_BITS ? RSA : undefined;
  if (!suite) {
    throw new CeremonyError(
      code,
      `key of type "${describePublicKey(key)}", expected P-256, P-384 or RSA of at least ${MIN_RSA_BITS} bits`,
    );
  }
  return suite;
}

/** A member's certificate as CMS needs it. */
export interface MemberKey {
  readonly certificate: Certificate;
  readonly suite: KeySuite;
  /** Value of its subjectKeyIdentifier extension: how messages name it. */
  readonly keyIdentifier: Uint8Array;
}

/**
 * Reads a member's certificate for signing, or for opening envelopes. Its dates and chain are not looked at.
 * @throws CeremonyError DER_INVALID where it is malformed, has no subject key identifier or another key type, or has
 *   a key usage that does not allow the purpose (RFC 5280 §4.2.1.3; without the extension all are allowed)
 */
export function readMemberKey(certificateDer: Uint8Array, purpose: 'sign' | 'open'): MemberKey {
  const certificate = parseCertificate(certificateDer, "member's certificate");
  const suite = suiteOf(certificate.spki);
  const keyIdentifier = subjectKeyIdentifier(certificate.extensions);
  if (!keyIdentifier || keyIdentifier.length === 0) {
    throw new CeremonyError(
      'DER_INVALID',
      "member's certificate without a subjectKeyIdentifier, by which CMS names it",
    );
  }
  const needed: KeyUsageName =
    purpose === 'sign' ? 'digitalSignature' : suite.keyAgreement ? 'keyAgreement' : 'keyEncipherment';
  const usage = keyUsage(certificate.extensions);
  if (usage && !usage.names.includes(needed)) {
    throw new CeremonyError(
      'DER_INVALID',
      `member's certificate with key usage "${usage.names.join(', ')}", expected ${needed}`,
    );
  }
  return { certificate, suite, keyIdentifier };
}
