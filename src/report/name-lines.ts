import { OID, oidName } from '../der/oid.ts';
import type { Name } from '../x509/model.ts';

/** Short names of RFC 4514 §3; others keep the name of their specification. */
const SHORT: ReadonlyMap<string, string> = new Map([
  [OID.commonName, 'CN'],
  [OID.localityName, 'L'],
  [OID.stateOrProvinceName, 'ST'],
  [OID.organizationName, 'O'],
  [OID.organizationalUnitName, 'OU'],
  [OID.countryName, 'C'],
  [OID.streetAddress, 'STREET'],
  [OID.domainComponent, 'DC'],
]);

/** One line for each attribute, in the order of the encoding, so that no separator can be part of a value. */
export function nameLines(name: Name): string[] {
  return name.attributes.map(({ oid, value }) => `${SHORT.get(oid) ?? oidName(oid) ?? oid} = ${value}`);
}

/** The common name, else the last attribute: what a heading calls it. */
export function titleOf(name: Name): string {
  const common = name.attributes.findLast(({ oid }) => oid === OID.commonName);
  return (common ?? name.attributes.at(-1))?.value ?? '(empty name)';
}
