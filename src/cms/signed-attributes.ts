import { hash } from 'node:crypto';
import { CeremonyError } from '../base/errors.ts';
import { OID, oidName } from '../der/oid.ts';
import {
  contentOf,
  type DerNode,
  enter,
  expectTag,
  finish,
  refuse,
  sameBytes,
  setOf,
  take,
  takeAny,
  takeOptional,
} from '../der/reader.ts';
import { checkTree } from '../der/strict.ts';
import { TAG } from '../der/tags.ts';
import { timeOf } from '../der/time.ts';
import { hexOf, oidOf } from '../der/values.ts';
import { explicit, integer, octetString, oid, sequence, set } from '../der/writer.ts';
import { readAlgorithm } from '../x509/fields.ts';
import { readGeneralNames } from '../x509/general-name.ts';
import type { Certificate } from '../x509/model.ts';
import { readMemberKey } from './algorithms.ts';

/**
 * The attributes that are signed (RFC 5652 §11, RFC 5035 §3): DER of the SET OF Attribute, which is what the token
 * hashes and signs. contentType id-data, messageDigest, signingCertificateV2 with the SHA-256 of the certificate and
 * its issuer and serial number.
 * @param contentDigest of the content, by the digest that the signer's key fixes (`suiteOf`)
 * @throws CeremonyError DER_INVALID for a certificate that cannot be used so
 */
export function signedAttributes(contentDigest: Uint8Array, signerCertificateDer: Uint8Array): Uint8Array {
  const { certificate } = readMemberKey(signerCertificateDer, 'sign');
  const issuerSerial = sequence(sequence(explicit(4, certificate.issuer.der)), integerOf(certificate));
  const certId = sequence(octetString(hash('sha256', certificate.der, 'buffer')), issuerSerial);
  return set(
    attribute(OID.contentType, oid(OID.data)),
    attribute(OID.messageDigest, octetString(contentDigest)),
    attribute(OID.signingCertificateV2, sequence(sequence(certId))),
  );
}

function attribute(type: string, value: Uint8Array): Uint8Array {
  return sequence(oid(type), set(value));
}

function integerOf(certificate: Certificate): Uint8Array {
  const { bytes } = certificate.serial;
  if (bytes[0]! >= 0x80) return refuse({ bytes, name: "member's certificate" }, 0, 'expected a positive serial number');
  return integer(bytes);
}

/**
 * Holds signed attributes to the profile: the three above, each once and with one value; OpenSSL's own signingTime
 * and smimeCapabilities are let pass, and say nothing. No other: an attribute that nobody reads could mean anything.
 * @param node the SET OF, whatever its identifier octet
 * @throws CeremonyError DER_INVALID with what was expected
 */
export function checkSignedAttributes(node: DerNode, contentDigest: Uint8Array, certificate: Certificate): void {
  const seen = new Set<string>();
  for (const item of setOf(node, 'signedAttrs', node.tag)) {
    const cursor = enter(item, 'an attribute');
    const type = oidOf(take(cursor, TAG.oid, 'an attribute type'), 'an attribute type');
    const values = take(cursor, TAG.set, 'the values of an attribute');
    finish(cursor, 'an attribute');
    const name = oidName(type) ?? type;
    if (seen.has(type)) refuse(item.source, item.at, `expected the signed attribute ${name} once`);
    seen.add(type);
    const inside = enter(values, `the values of ${name}`, TAG.set);
    const value = takeAny(inside, `a value of ${name}`);
    finish(inside, `the values of ${name}, which has one`);
    checkValue(type, name, value, contentDigest, certificate);
  }
  for (const type of [OID.contentType, OID.messageDigest, OID.signingCertificateV2]) {
    if (!seen.has(type)) refuse(node.source, node.at, `expected the signed attribute ${oidName(type)}`);
  }
}

function checkValue(
  type: string,
  name: string,
  value: DerNode,
  contentDigest: Uint8Array,
  certificate: Certificate,
): void {
  switch (type) {
    case OID.contentType: {
      const found = oidOf(expectTag(value, TAG.oid, name), name);
      if (found !== OID.data) refuse(value.source, value.at, `expected contentType id-data, found ${found}`);
      break;
    }
    case OID.messageDigest: {
      const digest = contentOf(expectTag(value, TAG.octetString, name));
      if (!sameBytes(digest, contentDigest)) {
        throw new CeremonyError(
          'APPROVAL_DIGEST',
          `${value.source.name}, byte ${value.at}: expected the messageDigest "${hexOf(contentDigest)}" of the content, found "${hexOf(digest)}"`,
        );
      }
      break;
    }
    case OID.signingCertificateV2:
      checkCertificateReference(value, certificate);
      break;
    case OID.signingTime:
      timeOf(value, name);
      break;
    case OID.smimeCapabilities:
      checkTree(value, name);
      break;
    default:
      refuse(value.source, value.at, `expected no signed attribute ${name}`);
  }
}

const REFERENCE_DIGESTS: ReadonlyMap<string, string> = new Map([
  [OID.sha384, 'sha384'],
  [OID.sha512, 'sha512'],
]);

/** RFC 5035 §3, §4: exactly one ESSCertIDv2, with issuer and serial number, no policies. */
function checkCertificateReference(value: DerNode, certificate: Certificate): void {
  const what = 'signingCertificateV2';
  const cursor = enter(value, what);
  const list = enter(take(cursor, TAG.sequence, `${what} certs`), `${what} certs`);
  finish(cursor, what);
  const entry = enter(take(list, TAG.sequence, 'ESSCertIDv2'), 'ESSCertIDv2');
  finish(list, `${what} certs, which has one`);
  const algorithm = takeOptional(entry, TAG.sequence, 'hashAlgorithm');
  // SHA-256 is the DEFAULT and therefore never written; OpenSSL uses the signature's digest.
  const digest = algorithm ? REFERENCE_DIGESTS.get(readAlgorithm(algorithm, 'hashAlgorithm').oid) : 'sha256';
  if (!digest)
    refuse(
      value.source,
      algorithm?.at ?? value.at,
      'expected hashAlgorithm to be absent (SHA-256), SHA-384 or SHA-512',
    );
  const found = contentOf(take(entry, TAG.octetString, 'certHash'));
  if (!sameBytes(found, hash(digest, certificate.der, 'buffer'))) {
    refuse(value.source, value.at, `expected certHash of the signer's pinned certificate, found "${hexOf(found)}"`);
  }
  const issuerSerial = enter(take(entry, TAG.sequence, 'issuerSerial'), 'issuerSerial');
  finish(entry, 'ESSCertIDv2');
  const names = readGeneralNames(take(issuerSerial, TAG.sequence, 'issuer'), 'issuer');
  const serial = contentOf(take(issuerSerial, TAG.integer, 'serialNumber'));
  finish(issuerSerial, 'issuerSerial');
  const [issuer] = names;
  if (
    names.length !== 1 ||
    !issuer?.name ||
    !sameBytes(issuer.name.der, certificate.issuer.der) ||
    !sameBytes(serial, certificate.serial.bytes)
  ) {
    refuse(value.source, value.at, "expected issuerSerial of the signer's pinned certificate");
  }
}
