import { formatUtc, parseUtc } from '../base/dates.ts';
import { sha256 } from '../base/digest.ts';
import { certificateSubject } from '../pki/lint-subject.ts';
import { type Change, reissueDifferences } from '../pki/reissue-differences.ts';
import { signatureFault } from '../pki/tls-algorithms.ts';
import { DAY_SECONDS } from '../pki/validity.ts';
import type { Certificate, CertificateList, Name } from '../x509/model.ts';
import { beside } from './hierarchy-existing.ts';
import { areSiblings, firstNamed, type Read, readMembers, withNeighbours } from './hierarchy-facts.ts';
import { Siblings } from './hierarchy-places.ts';
import { belowRevoked, ofLostKey, revocations } from './hierarchy-revoked.ts';

/*
 * What holds between the certificates of a hierarchy, whatever the rules for each alone say: one that is wrong below a
 * root is found when all of them stand side by side, and when they are signed it is too late.
 */

/** A certificate that is about to be, or is there. */
export interface Member {
  /** What messages call it. */
  readonly name: string;
  /** With its holes filled by stand-ins, or as it is. */
  readonly certificate: Certificate;
  /** Equal for certificates of one key. */
  readonly key: string;
  /** Hex of the subject key identifier; null where its key does not exist yet. */
  readonly keyIdentifier: string | null;
  /** Hex; null where it has none yet. */
  readonly serial: string | null;
  /** Name of the member that signs it: its own where it signs itself; null where that is none of these. */
  readonly issuer: string | null;
  /** Name of the member beside which it stands, of the same subject and key: it was there before. */
  readonly existing?: string;
  /** Of one that is that one issued again: what may differ, besides dates and serial number. */
  readonly changes?: readonly Change[];
  /** When it is signed, UTC; null for one that was there before. */
  readonly signedAt: string | null;
  /** The file that its step names; null for one that was there before. */
  readonly out: string | null;
}

/** One whose bytes are at hand, as far as they alone say what it is. */
export function memberOf(name: string, certificate: Certificate): Member {
  const { subjectKeyIdentifier } = certificateSubject(certificate);
  return {
    name,
    certificate,
    key: sha256(certificate.spki.der),
    keyIdentifier: subjectKeyIdentifier ? Buffer.from(subjectKeyIdentifier).toString('hex') : null,
    serial: certificate.serial.hex,
    issuer: null,
    signedAt: null,
    out: null,
  };
}

/** What is wrong with a member, and with what of its step. */
export interface HierarchyProblem {
  readonly name: string;
  readonly of:
    | 'subject'
    | 'profile'
    | 'issuer'
    | 'existing'
    | 'changes'
    | 'not-before'
    | 'not-after'
    | 'serial'
    | 'out';
  readonly message: string;
}

/**
 * Everything that is wrong between these, of those that are not there yet.
 * @param members in the order in which they are signed
 * @param crls of CAs among them, which say what is revoked
 * @param partitions URIs of those of which CAs among them sign, or have signed, a CRL
 */
export function hierarchyProblems(
  members: readonly Member[],
  crls: readonly CertificateList[] = [],
  partitions: readonly string[] = [],
): readonly HierarchyProblem[] {
  const read = readMembers(members);
  const named = firstNamed(read);
  const siblings = new Siblings(partitions);
  const revoked = new Map<Read, readonly Fault[]>();
  const revokedAbove = (issuer: Read): readonly Fault[] => {
    const known = revoked.get(issuer) ?? belowRevoked(issuer, crls);
    revoked.set(issuer, known);
    return known;
  };
  const problems: HierarchyProblem[] = [];
  for (const [member, sharing] of withNeighbours(read)) {
    if (member.signedAt !== null) {
      const faults = [
        ...signedNow(member, member.signedAt),
        ...sharing.flatMap((other) => between(member, other)),
        ...sharing.flatMap((other) => ofLostKey(member, other, crls)),
        ...siblings.faults(member),
      ];
      const issuer = member.issuer === null ? undefined : named.get(member.issuer);
      if (issuer && issuer !== member) faults.push(...below(member, issuer));
      const existing = member.existing === undefined ? undefined : named.get(member.existing);
      const { changes } = member;
      if (existing && changes === undefined) faults.push(...beside(member, existing));
      if (existing && changes !== undefined) faults.push(...again(member, existing, changes, crls));
      for (const one of allAbove(member, named)) faults.push(...revokedAbove(one));
      for (const { of, message } of faults)
        problems.push({ name: member.name, of, message: `"${member.name}" ${message}` });
    }
    siblings.add(member);
  }
  return problems;
}

export type Fault = Omit<HierarchyProblem, 'name'>;

function textOf({ attributes }: Name): string {
  return attributes.map(({ value }) => value).join(', ');
}

/** A day before the signing at most, as the TLS BR have it of every CA certificate (§7.1.2.1.1, §7.1.2.3.1): nobody backdates. */
function signedNow({ certificate: { notBefore } }: Read, at: string): Fault[] {
  const earliest = formatUtc(parseUtc(at) - DAY_SECONDS * 1000);
  if (notBefore.at >= earliest && notBefore.at <= at) return [];
  const message = `is valid from ${notBefore.at}, expected ${earliest} to ${at}, when it is signed`;
  return [{ of: 'not-before', message }];
}

/** Subject, key and key identifier lead to each other; no two of an issuer have one serial number, or go to one file. */
function between(member: Read, other: Read): Fault[] {
  const faults: Fault[] = [];
  const sameName = member.comparedSubject === other.comparedSubject;
  const sameKey = member.key === other.key;
  if (sameName && !sameKey)
    faults.push({
      of: 'subject',
      message: `has the subject of "${other.name}" (${textOf(member.certificate.subject)}), and another key`,
    });
  if (sameKey && !sameName)
    faults.push({
      of: 'subject',
      message: `certifies the key of "${other.name}" under another subject: ${textOf(member.certificate.subject)} and ${textOf(other.certificate.subject)}`,
    });
  const [mine, theirs] = [member.keyIdentifier, other.keyIdentifier];
  if (mine !== null && theirs !== null && (mine === theirs) !== sameKey)
    faults.push({
      of: 'subject',
      message: sameKey
        ? `has the key identifier ${mine}, and "${other.name}" has ${theirs} for the same key`
        : `has the key identifier of "${other.name}" (${mine}), and another key`,
    });
  if (areSiblings(member, other) && member.serial !== null && member.serial === other.serial)
    faults.push({ of: 'serial', message: `has the serial number of "${other.name}" (${member.serial})` });
  const file = member.files.find((one) => other.files.includes(one));
  if (file !== undefined)
    faults.push({ of: 'out', message: `is published as "${file}", and so is "${other.name}" or its chain` });
  return faults;
}

/** A certificate lies within its issuer's: in time, in depth, and in what its key can sign. */
function below(member: Read, issuer: Read): Fault[] {
  const faults: Fault[] = [];
  const [mine, theirs] = [member.certificate, issuer.certificate];
  if (mine.notBefore.at < theirs.notBefore.at)
    faults.push({
      of: 'not-before',
      message: `is valid from ${mine.notBefore.at}, before its issuer "${issuer.name}" (${theirs.notBefore.at})`,
    });
  if (mine.notAfter.at > theirs.notAfter.at)
    faults.push({
      of: 'not-after',
      message: `is valid until ${mine.notAfter.at}, after its issuer "${issuer.name}" (${theirs.notAfter.at})`,
    });
  if (!issuer.isCa) faults.push({ of: 'issuer', message: `is signed by "${issuer.name}", which is no CA` });
  const limit = issuer.pathLength;
  if (member.isCa && limit !== undefined && (member.pathLength ?? Number.POSITIVE_INFINITY) >= limit)
    faults.push({
      of: 'profile',
      message:
        limit === 0
          ? `is a CA below "${issuer.name}", whose path length 0 allows none`
          : `has ${member.pathLength === undefined ? 'no path length' : `the path length ${member.pathLength}`}, below "${issuer.name}" with ${limit} it is at most ${limit - 1}`,
    });
  for (const message of signatureFault(mine.tbsSignatureAlgorithm, theirs.spki))
    faults.push({ of: 'issuer', message: `cannot be signed by "${issuer.name}": ${message}` });
  return faults;
}

/** Up to a self-signed one; each once, whatever names itself in a circle. */
function allAbove(member: Read, named: ReadonlyMap<string, Read>): ReadonlySet<Read> {
  const above = new Set<Read>();
  for (let next = member; ; ) {
    const issuer = next.issuer === null ? undefined : named.get(next.issuer);
    if (!issuer || issuer === member || above.has(issuer)) return above;
    above.add(issuer);
    next = issuer;
  }
}

/** A key that nobody is to trust any more gets no new certificate. */
function again(member: Read, existing: Read, changes: readonly Change[], crls: readonly CertificateList[]): Fault[] {
  const revoked = revocations(existing, crls).map(({ at }) => ({
    of: 'existing' as const,
    message: `is "${existing.name}" issued again, which was revoked at ${at}`,
  }));
  return [...revoked, ...reissueDifferences(member, existing, changes)];
}
