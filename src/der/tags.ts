/** Identifier octets (X.690 §8.1.2) of the universal types that certificates, CRLs and CMS use. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
} as const;

const NAMES: ReadonlyMap<number, string> = new Map([
  [TAG.boolean, 'BOOLEAN'],
  [TAG.integer, 'INTEGER'],
  [TAG.bitString, 'BIT STRING'],
  [TAG.octetString, 'OCTET STRING'],
  [TAG.null, 'NULL'],
  [TAG.oid, 'OBJECT IDENTIFIER'],
  [TAG.enumerated, 'ENUMERATED'],
  [TAG.utf8String, 'UTF8String'],
  [TAG.sequence, 'SEQUENCE'],
  [TAG.set, 'SET'],
  [TAG.numericString, 'NumericString'],
  [TAG.printableString, 'PrintableString'],
  [TAG.teletexString, 'TeletexString'],
  [TAG.ia5String, 'IA5String'],
  [TAG.utcTime, 'UTCTime'],
  [TAG.generalizedTime, 'GeneralizedTime'],
  [TAG.visibleString, 'VisibleString'],
  [TAG.universalString, 'UniversalString'],
  [TAG.bmpString, 'BMPString'],
]);

/** Identifier octet of the context-specific tag `number` (0..30) that holds other elements: every EXPLICIT one. */
export function contextConstructed(number: number): number {
  return 0xa0 | number;
}

/** Identifier octet of the context-specific tag `number` (0..30) with an IMPLICIT primitive content. */
export function contextPrimitive(number: number): number {
  return 0x80 | number;
}

/** `SEQUENCE`, `[0]` or `tag 0x5f`, for messages. */
export function tagName(tag: number): string {
  const name = NAMES.get(tag);
  if (name) return name;
  return (tag & 0xc0) === 0x80
    ? `[${tag & 0x1f}]${tag & 0x20 ? '' : ' (primitive)'}`
    : `tag 0x${tag.toString(16).padStart(2, '0')}`;
}
