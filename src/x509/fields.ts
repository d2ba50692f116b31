import {
  atEnd,
  contentOf,
  type DerCursor,
  type DerNode,
  derOf,
  enter,
  finish,
  refuse,
  setOf,
  take,
  takeAny,
  takeOptional,
} from '../der/reader.ts';
import { checkTree } from '../der/strict.ts';
import { TAG } from '../der/tags.ts';
import { booleanOf, hexOf, integerBytes, octetsOfBitString, oidOf, textOf } from '../der/values.ts';
import type {
  AlgorithmIdentifier,
  Extension,
  Name,
  NameAttribute,
  SerialNumber,
  SubjectPublicKeyInfo,
} from './model.ts';

/** RFC 5280 §4.1.1.2 */
export function readAlgorithm(node: DerNode, what: string): AlgorithmIdentifier {
  const cursor = enter(node, what);
  const oid = oidOf(take(cursor, TAG.oid, `${what} algorithm`), `${what} algorithm`);
  let parameters: Uint8Array | undefined;
  if (!atEnd(cursor)) {
    const parameter = takeAny(cursor, `${what} parameters`);
    checkTree(parameter, `${what} parameters`);
    parameters = derOf(parameter);
  }
  finish(cursor, what);
  return { oid, der: derOf(node), parameters };
}

/** The character string types of names and attributes. */
export const STRING_TAGS: ReadonlySet<number> = new Set([
  TAG.utf8String,
  TAG.numericString,
  TAG.printableString,
  TAG.teletexString,
  TAG.ia5String,
  TAG.visibleString,
  TAG.universalString,
  TAG.bmpString,
]);

/** RFC 5280 §4.1.2.4. The RDNs' attributes stand in order (SET OF); an RDN has at least one. */
export function readName(node: DerNode, what: string): Name {
  const rdns = enter(node, what);
  const attributes: NameAttribute[] = [];
  for (let rdn = 0; !atEnd(rdns); rdn++) {
    const members = take(rdns, TAG.set, `a relative distinguished name of ${what}`);
    if (members.contentAt === members.end)
      refuse(members.source, members.at, `expected an attribute in each relative distinguished name of ${what}`);
    for (const member of setOf(members, `a relative distinguished name of ${what}`))
      attributes.push(readAttribute(member, what, rdn));
  }
  return { der: derOf(node), attributes };
}

function readAttribute(node: DerNode, what: string, rdn: number): NameAttribute {
  const cursor = enter(node, `an attribute of ${what}`);
  const oid = oidOf(take(cursor, TAG.oid, `an attribute type of ${what}`), `an attribute type of ${what}`);
  const value = takeAny(cursor, `a value of ${what}`);
  finish(cursor, `an attribute of ${what}`);
  if (STRING_TAGS.has(value.tag)) return { oid, tag: value.tag, value: textOf(value, `a value of ${what}`), rdn };
  checkTree(value, `a value of ${what}`);
  return { oid, tag: value.tag, value: `#${hexOf(derOf(value))}`, rdn };
}

/** RFC 5280 §4.1.2.7 */
export function readSpki(node: DerNode, what: string): SubjectPublicKeyInfo {
  const cursor = enter(node, what);
  const algorithm = readAlgorithm(take(cursor, TAG.sequence, `${what} algorithm`), `${what} algorithm`);
  const key = octetsOfBitString(take(cursor, TAG.bitString, what), what);
  finish(cursor, what);
  return { der: derOf(node), algorithm, key };
}

/** RFC 5280 §4.1.2.2; sign and length are for a linter. */
export function readSerial(node: DerNode, what: string): SerialNumber {
  const bytes = integerBytes(node, what);
  return { hex: hexOf(bytes), bytes };
}

/** More than any document has: each is kept, and seven octets are one, so that a long list would take all memory. */
const MOST_EXTENSIONS = 64;

/**
 * The elements of an Extensions SEQUENCE (RFC 5280 §4.2), an empty one and repeated identifiers included.
 * @throws CeremonyError DER_INVALID, for more than 64 too
 */
export function readExtensions(node: DerNode, what: string): Extension[] {
  const cursor = enter(node, what);
  const extensions: Extension[] = [];
  while (!atEnd(cursor)) {
    if (extensions.length === MOST_EXTENSIONS)
      refuse(cursor.source, cursor.at, `expected at most ${MOST_EXTENSIONS} extensions in ${what}, found more`);
    extensions.push(readExtension(take(cursor, TAG.sequence, `an element of ${what}`), what));
  }
  return extensions;
}

function readExtension(node: DerNode, what: string): Extension {
  const cursor = enter(node, `an element of ${what}`);
  const oid = oidOf(take(cursor, TAG.oid, `an identifier in ${what}`), `an identifier in ${what}`);
  const critical = takeOptional(cursor, TAG.boolean, `critical in ${what}`);
  const isCritical = critical !== undefined && booleanOf(critical, `critical in ${what}`);
  const value = take(cursor, TAG.octetString, `the value of ${oid} in ${what}`);
  finish(cursor, `an element of ${what}`);
  return {
    oid,
    critical: isCritical,
    criticalEncoded: critical !== undefined,
    value: contentOf(value),
    der: derOf(node),
  };
}

/** The last two fields of a signed document (RFC 5280 §4.1.1). */
export function readSignature(cursor: DerCursor): { signatureAlgorithm: AlgorithmIdentifier; signature: Uint8Array } {
  const signatureAlgorithm = readAlgorithm(take(cursor, TAG.sequence, 'signatureAlgorithm'), 'signatureAlgorithm');
  const signature = octetsOfBitString(take(cursor, TAG.bitString, 'signatureValue'), 'signatureValue');
  return { signatureAlgorithm, signature };
}
