import { checkText, describeTextFault } from '../base/text.ts';
import { OID } from '../der/oid.ts';
import { ia5String, isPrintableString, oid, printableString, sequence, set, utf8String } from '../der/writer.ts';

/** The attributes that a script may give a subject, by the short names of RFC 4514 and TLS BR §7.1.4.2. */
export type AttributeType =
  | 'DC'
  | 'C'
  | 'ST'
  | 'L'
  | 'postalCode'
  | 'street'
  | 'O'
  | 'OU'
  | 'CN'
  | 'serialNumber'
  | 'organizationIdentifier';

export interface SubjectAttribute {
  readonly type: AttributeType;
  readonly value: string;
}

interface AttributeRule {
  readonly oid: string;
  /** How the value is encoded: one way each, so that equal names have equal bytes (TLS BR §7.1.4.1). */
  readonly encoding: 'PrintableString' | 'IA5String' | 'UTF8String';
}

/**
 * In the order in which a name must have them (TLS BR §7.1.4.2); the last two have no place in that order and come
 * last. Values that may be UTF8String or PrintableString are UTF8String.
 */
export const ATTRIBUTES: { readonly [type in AttributeType]: AttributeRule } = {
  DC: { oid: OID.domainComponent, encoding: 'IA5String' },
  C: { oid: OID.countryName, encoding: 'PrintableString' },
  ST: { oid: OID.stateOrProvinceName, encoding: 'UTF8String' },
  L: { oid: OID.localityName, encoding: 'UTF8String' },
  postalCode: { oid: OID.postalCode, encoding: 'UTF8String' },
  street: { oid: OID.streetAddress, encoding: 'UTF8String' },
  O: { oid: OID.organizationName, encoding: 'UTF8String' },
  OU: { oid: OID.organizationalUnitName, encoding: 'UTF8String' },
  CN: { oid: OID.commonName, encoding: 'UTF8String' },
  serialNumber: { oid: OID.serialNumber, encoding: 'PrintableString' },
  organizationIdentifier: { oid: OID.organizationIdentifier, encoding: 'UTF8String' },
};

export const ATTRIBUTE_TYPES = Object.keys(ATTRIBUTES) as readonly AttributeType[];

export function isAttributeType(value: string): value is AttributeType {
  return Object.hasOwn(ATTRIBUTES, value);
}

/**
 * The attributes of a mapping such as `{ C: US, O: Example Org, CN: … }` in the order a name must have them, which
 * is not that of the mapping: canonical JSON sorts keys. A list gives an attribute that may repeat (DC, street).
 * What cannot be a subject is left to `nameProblems`.
 */
export function subjectOf(mapping: { readonly [type: string]: string | readonly string[] }): SubjectAttribute[] {
  return ATTRIBUTE_TYPES.filter((type) => Object.hasOwn(mapping, type)).flatMap((type) => {
    const values = mapping[type];
    return (typeof values === 'string' ? [values] : (values ?? [])).map((value) => ({ type, value }));
  });
}

/** Why these attributes cannot be encoded, one message each. Lengths, order and presence are the linter's. */
export function nameProblems(attributes: readonly SubjectAttribute[]): string[] {
  if (attributes.length === 0) return ['the subject is empty, expected at least one attribute'];
  return attributes.flatMap(({ type, value }) => {
    if (!isAttributeType(type)) return [`"${type}" is not an attribute, expected one of ${ATTRIBUTE_TYPES.join(', ')}`];
    if (value === '') return [`${type} is empty`];
    if (value.trim() !== value) return [`${type} "${value}" begins or ends with a space`];
    if (value.includes('\n')) return [`${type} holds a line feed`];
    const { encoding } = ATTRIBUTES[type];
    if (encoding === 'PrintableString' && !isPrintableString(value)) {
      return [`${type} "${value}" holds a character that PrintableString does not have`];
    }
    if (encoding === 'IA5String' && !/^[\x20-\x7e]*$/.test(value)) {
      return [`${type} "${value}" holds a character that is not ASCII`];
    }
    return checkText(value).map((fault) => `${type}: ${describeTextFault(fault)}`);
  });
}

/** A Name, one attribute in each relative distinguished name, as listed. @throws RangeError for what `nameProblems` lists */
export function encodeName(attributes: readonly SubjectAttribute[]): Uint8Array {
  return sequence(
    ...attributes.map(({ type, value }) => set(sequence(oid(ATTRIBUTES[type].oid), encodeValue(type, value)))),
  );
}

function encodeValue(type: AttributeType, value: string): Uint8Array {
  switch (ATTRIBUTES[type].encoding) {
    case 'PrintableString':
      return printableString(value);
    case 'IA5String':
      return ia5String(value);
    case 'UTF8String':
      return utf8String(value);
  }
}
