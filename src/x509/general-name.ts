import { atEnd, contentOf, type DerNode, derOf, enter, finish, refuse, takeAny } from '../der/reader.ts';
import { checkTree } from '../der/strict.ts';
import { TAG, tagName } from '../der/tags.ts';
import { hexOf, oidOf, textOf } from '../der/values.ts';
import { readName } from './fields.ts';
import type { Name } from './model.ts';

export type GeneralNameKind =
  | 'otherName'
  | 'rfc822Name'
  | 'dNSName'
  | 'x400Address'
  | 'directoryName'
  | 'ediPartyName'
  | 'uniformResourceIdentifier'
  | 'iPAddress'
  | 'registeredID';

/** RFC 5280 §4.2.1.6 */
export interface GeneralName {
  readonly kind: GeneralNameKind;
  /** Text of rfc822Name, dNSName, URI; dotted registeredID; address (and mask, after a slash) of iPAddress; else `#` and hex. */
  readonly value: string;
  /** Of a directoryName. */
  readonly name: Name | undefined;
  readonly der: Uint8Array;
}

const KINDS: ReadonlyMap<number, GeneralNameKind> = new Map([
  [0xa0, 'otherName'],
  [0x81, 'rfc822Name'],
  [0x82, 'dNSName'],
  [0xa3, 'x400Address'],
  [0xa4, 'directoryName'],
  [0xa5, 'ediPartyName'],
  [0x86, 'uniformResourceIdentifier'],
  [0x87, 'iPAddress'],
  [0x88, 'registeredID'],
]);

/** @throws CeremonyError DER_INVALID */
export function readGeneralName(node: DerNode, what: string): GeneralName {
  const kind = KINDS.get(node.tag);
  if (!kind) return refuse(node.source, node.at, `expected a GeneralName for ${what}, found ${tagName(node.tag)}`);
  const der = derOf(node);
  if (kind === 'directoryName') {
    // Name is a CHOICE, so its tag is EXPLICIT.
    const cursor = enter(node, what, node.tag);
    const name = readName(takeAny(cursor, what), what);
    finish(cursor, what);
    return { kind, value: `#${hexOf(name.der)}`, name, der };
  }
  return { kind, value: textualValue(node, kind, what), name: undefined, der };
}

function textualValue(node: DerNode, kind: GeneralNameKind, what: string): string {
  switch (kind) {
    case 'rfc822Name':
    case 'dNSName':
    case 'uniformResourceIdentifier':
      return textOf(node, what, TAG.ia5String);
    case 'registeredID':
      return oidOf(node, what);
    case 'iPAddress':
      return addressOf(contentOf(node));
    default:
      checkTree(node, what);
      return `#${hexOf(derOf(node))}`;
  }
}

/** GeneralNames: at least one. @param tag of the element, where it is IMPLICIT */
export function readGeneralNames(node: DerNode, what: string, tag: number = TAG.sequence): GeneralName[] {
  const cursor = enter(node, what, tag);
  if (atEnd(cursor)) refuse(node.source, node.at, `expected at least one name in ${what}`);
  const names: GeneralName[] = [];
  while (!atEnd(cursor)) names.push(readGeneralName(takeAny(cursor, what), what));
  return names;
}

/** Lengths 4 and 16 are addresses, 8 and 32 an address and its mask (RFC 5280 §4.2.1.10). */
function addressOf(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.');
  if (octets.length === 16) return (hexOf(octets).match(/.{4}/g) ?? []).join(':');
  if (octets.length === 8 || octets.length === 32) {
    const half = octets.length / 2;
    return `${addressOf(octets.subarray(0, half))}/${addressOf(octets.subarray(half))}`;
  }
  return `#${hexOf(octets)}`;
}
