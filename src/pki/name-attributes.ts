import { OID, oidName } from '../der/oid.ts';
import { sameBytes } from '../der/reader.ts';
import { TAG } from '../der/tags.ts';
import type { Certificate, Name } from '../x509/model.ts';

/** `commonName`, or the dotted identifier of an attribute without a name. */
export function attributeName(oid: string): string {
  return oidName(oid) ?? oid;
}

/** The names of a certificate with what to call them; the issuer's only where it is another one. */
export function namesOf({ subject, issuer }: Certificate): readonly (readonly [what: string, name: Name])[] {
  const own = ['subject', subject] as const;
  return sameBytes(subject.der, issuer.der) ? [own] : [own, ['issuer', issuer]];
}

/** Whether issuer and subject name the same organizations: what of an affiliate can be read from a certificate. */
export function hasOneOrganization({ issuer, subject }: Certificate): boolean {
  const of = ({ attributes }: Name) =>
    attributes.filter(({ oid }) => oid === OID.organizationName).map(({ value }) => value);
  const [above, own] = [of(issuer), of(subject)];
  return own.length > 0 && above.length === own.length && own.every((value, index) => value === above[index]);
}

/** Characters as people count them, not UTF-16 units: ASN.1 counts so too (TLS BR §7.1.4.2, note). */
export function lengthInCharacters(text: string): number {
  return [...text].length;
}

export interface AttributeEncoding {
  readonly oid: string;
  readonly tags: readonly number[];
  /** Characters; undefined for no limit. */
  readonly most: number | undefined;
}

const PRINTABLE = [TAG.printableString];
const DIRECTORY = [TAG.utf8String, TAG.printableString];

function row(oid: string, tags: readonly number[], most?: number): AttributeEncoding {
  return { oid, tags, most };
}

/** TLS BR §7.1.4.2, first table: in the order in which a name must have them. */
export const ORDERED_ATTRIBUTES: readonly AttributeEncoding[] = [
  row(OID.domainComponent, [TAG.ia5String], 63),
  row(OID.countryName, PRINTABLE, 2),
  row(OID.stateOrProvinceName, DIRECTORY, 128),
  row(OID.localityName, DIRECTORY, 128),
  row(OID.postalCode, DIRECTORY, 40),
  row(OID.streetAddress, DIRECTORY, 128),
  row(OID.organizationName, DIRECTORY, 64),
  row(OID.surname, DIRECTORY, 64),
  row(OID.givenName, DIRECTORY, 64),
  row(OID.organizationalUnitName, DIRECTORY, 64),
  row(OID.commonName, DIRECTORY, 64),
];

/** TLS BR §7.1.4.2, both tables. */
export const ATTRIBUTE_ENCODINGS: ReadonlyMap<string, AttributeEncoding> = new Map(
  [
    ...ORDERED_ATTRIBUTES,
    row(OID.businessCategory, DIRECTORY, 128),
    row(OID.serialNumber, PRINTABLE, 64),
    row(OID.organizationIdentifier, DIRECTORY),
  ].map((encoding) => [encoding.oid, encoding]),
);
