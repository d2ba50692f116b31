import { OID, oidName } from '../der/oid.ts';
import { hexOf } from '../der/values.ts';
import type { Certificate, Extension } from '../x509/model.ts';
import { type CertificateSubject, certificateSubject } from './lint-subject.ts';
import type { OpenField } from './profile-fields.ts';

/*
 * A certificate that is issued again: whoever has the one before may put this one in its place and finds nothing else in
 * it than other dates and another serial number, and what the script says that it changes.
 */

/** What of a certificate may be another when it is issued again: a field of its profile, where the script names it. */
export type Change = OpenField;

interface One {
  readonly name: string;
  readonly certificate: Certificate;
}

export interface ReissueDifference {
  /** What of the request it follows from. */
  readonly of: 'existing' | 'issuer' | 'profile' | 'changes';
  /** `has the "crl" …, and "root" has …` */
  readonly message: string;
}

/** What people call it, what the new one has, and what the existing one has. */
type Compared = readonly [what: string, mine: string, theirs: string];

/**
 * Everything but dates, serial number and signature, to the byte: the subject, its key and its identifier, so that what it has
 * issued stays valid (RFC 5280 §4.2.1.1, §6.1), the issuer, and every extension.
 * @param changes fields of the profile that are to be others; one that is not is wrong too
 */
export function reissueDifferences(
  { certificate: own }: One,
  { certificate: kept, name }: One,
  changes: readonly Change[],
): ReissueDifference[] {
  const faults: ReissueDifference[] = [];
  const of = (place: ReissueDifference['of'], [what, mine, theirs]: Compared) => {
    if (mine !== theirs) faults.push({ of: place, message: `has the ${what} ${mine}, and "${name}" has ${theirs}` });
  };
  const by = (extension: 'subjectKeyIdentifier' | 'authorityKeyIdentifier'): Compared => [
    extension,
    derOf(own.extensions, OID[extension]) ?? NONE,
    derOf(kept.extensions, OID[extension]) ?? NONE,
  ];
  of('existing', ['public key', hexOf(own.spki.der), hexOf(kept.spki.der)]);
  of('existing', ['subject', hexOf(own.subject.der), hexOf(kept.subject.der)]);
  of('existing', by('subjectKeyIdentifier'));
  of('issuer', ['issuer', hexOf(own.issuer.der), hexOf(kept.issuer.der)]);
  of('issuer', by('authorityKeyIdentifier'));
  of('issuer', ['signature algorithm', hexOf(own.tbsSignatureAlgorithm.der), hexOf(kept.tbsSignatureAlgorithm.der)]);
  const [mine, theirs] = [certificateSubject(own), certificateSubject(kept)];
  const different = new Set<string>();
  for (const oid of new Set([...own.extensions, ...kept.extensions].map((extension) => extension.oid))) {
    if (oid === OID.subjectKeyIdentifier || oid === OID.authorityKeyIdentifier) continue;
    const [before, now] = [kept, own].map((one) => derOf(one.extensions, oid));
    if (before === now) continue;
    const parts = partsOf(oid, mine, theirs).filter(([, a, b]) => a !== b);
    // What no field of a profile accounts for: another encoding, an extension that is not ours.
    const [restBefore, restNow] = [theirs, mine].map((subject) => restOf(oid, subject));
    const isOther = now !== undefined && before !== undefined && restNow !== restBefore;
    if (parts.length === 0 || isOther) of('profile', [oidName(oid) ?? oid, now ?? NONE, before ?? NONE]);
    for (const [field, a, b] of parts) {
      different.add(field);
      if (!(changes as readonly string[]).includes(field)) of('profile', [`"${field}"`, a, b]);
    }
  }
  for (const change of changes)
    if (!different.has(change))
      faults.push({ of: 'changes', message: `is said to change "${change}", and has what "${name}" has` });
  return faults;
}

const NONE = 'none';

function derOf(extensions: readonly Extension[], oid: string): string | undefined {
  const all = extensions.filter((one) => one.oid === oid);
  return all.length === 0 ? undefined : all.map(({ der }) => hexOf(der)).join(', ');
}

/** Extensions that one field alone decides. */
const FIELDS: Readonly<Record<string, Change>> = {
  [OID.keyUsage]: 'key-usage',
  [OID.extKeyUsage]: 'extended-key-usage',
  [OID.certificatePolicies]: 'policies',
  [OID.nameConstraints]: 'name-constraints',
  [OID.policyConstraints]: 'policy-constraints',
  [OID.inhibitAnyPolicy]: 'inhibit-any-policy',
  [OID.cRLDistributionPoints]: 'crl',
};

/** What of an extension no field decides: it stays, whatever is changed. */
function restOf(oid: string, { certificate, basicConstraints, authorityInfoAccess = [] }: CertificateSubject): string {
  const critical = certificate.extensions.filter((one) => one.oid === oid).map((one) => one.critical);
  const isCa = oid === OID.basicConstraints ? basicConstraints?.ca : undefined;
  const methods: readonly string[] = [OID.caIssuers, OID.ocsp];
  const others = authorityInfoAccess.filter(
    ({ method }) => oid === OID.authorityInfoAccess && !methods.includes(method),
  );
  return JSON.stringify([critical, isCa, others.map(({ method, location }) => [method, location.value])]);
}

/** Fields of a profile that an extension comes from, with what each is in both. */
function partsOf(oid: string, mine: CertificateSubject, theirs: CertificateSubject): Compared[] {
  const both = (field: Change, value: (subject: CertificateSubject) => string): Compared => [
    field,
    value(mine),
    value(theirs),
  ];
  const locations = (method: string) => (subject: CertificateSubject) =>
    (subject.authorityInfoAccess ?? [])
      .flatMap((one) => (one.method === method ? [one.location.value] : []))
      .join(', ') || NONE;
  if (oid === OID.basicConstraints)
    return [both('path-length', ({ basicConstraints: read }) => String(read?.pathLength ?? NONE))];
  if (oid === OID.authorityInfoAccess)
    return [both('ca-issuers', locations(OID.caIssuers)), both('ocsp', locations(OID.ocsp))];
  const field = FIELDS[oid];
  return field === undefined ? [] : [both(field, ({ certificate }) => derOf(certificate.extensions, oid) ?? NONE)];
}
