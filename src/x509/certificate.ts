import {
  type DerNode,
  derOf,
  enter,
  finish,
  nextTag,
  readDer,
  refuse,
  take,
  takeAny,
  takeOptional,
} from '../der/reader.ts';
import { contextConstructed, contextPrimitive, TAG } from '../der/tags.ts';
import { timeOf } from '../der/time.ts';
import { bitStringOf, smallInteger } from '../der/values.ts';
import { readAlgorithm, readExtensions, readName, readSerial, readSignature, readSpki } from './fields.ts';
import type { Certificate, TbsCertificate } from './model.ts';

/** Certificates of a few kilobytes are usual; post-quantum keys and signatures stay far below this. */
const MAX_BYTES = 256 * 1024;

/**
 * A certificate from its DER (RFC 5280 §4.1). Its shape is checked to the end; its extensions' values are read by
 * `extensions.ts`, and its rules are the linter's.
 * @param name what to call it in messages
 * @throws CeremonyError DER_INVALID
 */
export function parseCertificate(der: Uint8Array, name = 'certificate'): Certificate {
  const cursor = enter(readDer(der, name, { maxBytes: MAX_BYTES }), 'Certificate');
  const tbs = readTbs(take(cursor, TAG.sequence, 'tbsCertificate'));
  const { signatureAlgorithm, signature } = readSignature(cursor);
  finish(cursor, 'Certificate');
  return { ...tbs, der, signatureAlgorithm, signature };
}

/** The to-be-signed part alone. @throws CeremonyError DER_INVALID */
export function parseTbsCertificate(der: Uint8Array, name = 'TBSCertificate'): TbsCertificate {
  return readTbs(readDer(der, name, { maxBytes: MAX_BYTES }));
}

function readTbs(node: DerNode): TbsCertificate {
  const cursor = enter(node, 'tbsCertificate');
  const version = readVersion(takeOptional(cursor, contextConstructed(0), 'version'));
  const serial = readSerial(take(cursor, TAG.integer, 'serialNumber'), 'serialNumber');
  const tbsSignatureAlgorithm = readAlgorithm(take(cursor, TAG.sequence, 'signature'), 'signature');
  const issuer = readName(take(cursor, TAG.sequence, 'issuer'), 'issuer');
  const validity = enter(take(cursor, TAG.sequence, 'validity'), 'validity');
  const notBefore = timeOf(takeAny(validity, 'notBefore'), 'notBefore');
  const notAfter = timeOf(takeAny(validity, 'notAfter'), 'notAfter');
  finish(validity, 'validity');
  const subject = readName(take(cursor, TAG.sequence, 'subject'), 'subject');
  const spki = readSpki(take(cursor, TAG.sequence, 'subjectPublicKeyInfo'), 'subjectPublicKeyInfo');
  const hasIssuerUniqueId = skipUniqueId(takeOptional(cursor, contextPrimitive(1), 'issuerUniqueID'), 'issuerUniqueID');
  const hasSubjectUniqueId = skipUniqueId(
    takeOptional(cursor, contextPrimitive(2), 'subjectUniqueID'),
    'subjectUniqueID',
  );
  const wrapped =
    nextTag(cursor) === contextConstructed(3)
      ? enter(takeAny(cursor, 'extensions'), 'extensions', contextConstructed(3))
      : undefined;
  const extensions = wrapped ? readExtensions(take(wrapped, TAG.sequence, 'extensions'), 'extensions') : [];
  if (wrapped) finish(wrapped, 'extensions');
  finish(cursor, 'tbsCertificate');
  return {
    tbs: derOf(node),
    version,
    serial,
    tbsSignatureAlgorithm,
    issuer,
    notBefore,
    notAfter,
    subject,
    spki,
    hasIssuerUniqueId,
    hasSubjectUniqueId,
    extensionsPresent: wrapped !== undefined,
    extensions,
  };
}

function readVersion(node: DerNode | undefined): number {
  if (!node) return 1;
  const cursor = enter(node, 'version', contextConstructed(0));
  const value = smallInteger(take(cursor, TAG.integer, 'version'), 'version', 2);
  finish(cursor, 'version');
  // X.690 §11.5: version 1 is the DEFAULT.
  if (value === 0) refuse(node.source, node.at, 'expected no version field, found the default one');
  return value + 1;
}

function skipUniqueId(node: DerNode | undefined, what: string): boolean {
  if (node) bitStringOf(node, what);
  return node !== undefined;
}
