import { addDuration, formatUtc, parseUtc } from '../base/dates.ts';
import { OID, oidName } from '../der/oid.ts';
import type { GeneralSubtree, NameConstraints } from '../x509/policies.ts';
import type { CertificateSubject } from './lint-subject.ts';
import { extensionOf, isCritical } from './lint-subject.ts';

/** Checks that several policies share: each rule says by its own clause where they hold. */
type Check = (subject: CertificateSubject) => string[];

const nameOf = (oid: string): string => oidName(oid) ?? oid;

export const isPresent =
  (oid: string): Check =>
  ({ certificate }) =>
    extensionOf(certificate.extensions, oid) ? [] : [`${nameOf(oid)} is absent`];

/** @param verdict what of the extension is said: `must not be in a root` */
export const isAbsent =
  (verdict: string, ...oids: readonly string[]): Check =>
  ({ certificate }) =>
    oids
      .filter((oid) => extensionOf(certificate.extensions, oid))
      .map((oid) => `${nameOf(oid)} is present, which ${verdict}`);

export const isNotCritical =
  (...oids: readonly string[]): Check =>
  ({ certificate }) =>
    oids.filter((oid) => isCritical(certificate.extensions, oid)).map((oid) => `${nameOf(oid)} is critical`);

export const isMarkedCritical =
  (oid: string): Check =>
  ({ certificate }) =>
    isCritical(certificate.extensions, oid) ? [] : [`${nameOf(oid)} is not critical`];

/** No extensions but these. */
export const hasOnly =
  (known: readonly string[], where: string): Check =>
  ({ certificate }) =>
    certificate.extensions
      .filter(({ oid }) => !known.includes(oid))
      .map(({ oid }) => `${nameOf(oid)} is present, which is not recommended in ${where}`);

/** None of these purposes. */
export const lacksPurposes =
  (where: string, ...oids: readonly string[]): Check =>
  ({ extKeyUsage = [] }) =>
    extKeyUsage.filter((oid) => oids.includes(oid)).map((oid) => `extKeyUsage has ${nameOf(oid)}, which ${where}`);

/** No purposes but these. */
export const hasOnlyPurposes =
  (where: string, ...oids: readonly string[]): Check =>
  ({ extKeyUsage = [] }) =>
    extKeyUsage.filter((oid) => !oids.includes(oid)).map((oid) => `extKeyUsage has ${nameOf(oid)}, which ${where}`);

/** Exactly one of these sets of purposes, in any order. */
export const isOneSetOf =
  (...sets: readonly (readonly string[])[]): Check =>
  ({ extKeyUsage }) => {
    const expected = sets.map((set) => set.map(nameOf).join(' with ')).join(', or ');
    if (extKeyUsage === undefined) return [`extKeyUsage is absent or unreadable, expected ${expected}`];
    const fits = sets.some((set) => set.length === extKeyUsage.length && set.every((oid) => extKeyUsage.includes(oid)));
    return fits ? [] : [`extKeyUsage is ${extKeyUsage.map(nameOf).join(' with ')}, expected ${expected}`];
  };

/** keyCertSign and cRLSign, in a critical extension: what every policy of a public hierarchy asks of a CA. */
export const signsAsCa: Check = (subject) => [
  ...(['keyCertSign', 'cRLSign'] as const)
    .filter((name) => !subject.keyUsage?.names.includes(name))
    .map((name) => `keyUsage lacks ${name}`),
  ...(subject.keyUsage ? isMarkedCritical(OID.keyUsage)(subject) : []),
];

/** Octets of 64 bits: a shorter number cannot hold them. How they were drawn is in the record, not in the bytes. */
const LEAST_SERIAL = 8;

export const serialHolds64Bits: Check = ({ certificate: { serial } }) =>
  serial.bytes.length >= LEAST_SERIAL
    ? []
    : [`the serial number has ${serial.bytes.length} octets, expected at least ${LEAST_SERIAL}`];

/** At least one distribution point with an http URL. */
export const namesCrlByHttp: Check = ({ crlDistributionPoints = [] }) =>
  crlDistributionPoints.some(({ fullName = [] }) =>
    fullName.some(({ kind, value }) => kind === 'uniformResourceIdentifier' && /^http:\/\//i.test(value)),
  )
    ? []
    : ['no distribution point has a URL of the scheme http'];

/** An http URL of the issuer's certificate. */
export const namesIssuerByHttp: Check = ({ authorityInfoAccess = [] }) =>
  authorityInfoAccess.some(
    ({ method, location }) =>
      method === OID.caIssuers && location.kind === 'uniformResourceIdentifier' && /^http:\/\//i.test(location.value),
  )
    ? []
    : ['authorityInfoAccess names no caIssuers by a URL of the scheme http'];

/** Not more than one of these purposes. */
export const severalOf =
  (oids: readonly string[]): Check =>
  ({ extKeyUsage = [] }) => {
    const found = extKeyUsage.filter((oid) => oids.includes(oid)).map(nameOf);
    return found.length > 1 ? [`extKeyUsage has ${found.join(' and ')}, expected one of them`] : [];
  };

/** Permitted and excluded subtrees, in this order. */
export function subtreesOf(constraints: NameConstraints | undefined): readonly GeneralSubtree[] {
  return [...(constraints?.permitted ?? []), ...(constraints?.excluded ?? [])];
}

/** Whether a validity has not the length of so many calendar years, its last second included. Dates are UTC. */
export function yearsFault(notBefore: string, notAfter: string, least: number, most: number): string[] {
  const end = (years: number) => formatUtc(addDuration(parseUtc(notBefore), `P${years}Y`) - 1000);
  if (least > 0 && notAfter < end(least)) return [`notAfter is ${notAfter}, expected ${end(least)} or later`];
  return notAfter > end(most) ? [`notAfter is ${notAfter}, expected ${end(most)} or earlier`] : [];
}
