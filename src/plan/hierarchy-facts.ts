import { type CertificateSubject, certificateSubject } from '../pki/lint-subject.ts';
import { comparedName } from './compared-name.ts';
import type { Member } from './hierarchy.ts';

/*
 * What is compared of the members of a hierarchy, read once of each; and which of them have anything to compare. A CA has
 * issued thousands: to hold each to all the others would take the square of that.
 */

/** Beside PEM of the certificate alone: of it and those above it without the root, and with the root. */
export const CHAIN_SUFFIXES = { chain: '-chain', full: '-full-chain' } as const;

/** A member, and what its certificate says. */
export interface Read extends Member {
  /** Place among the members. */
  readonly order: number;
  readonly comparedSubject: string;
  readonly isCa: boolean;
  readonly pathLength: number | undefined;
  readonly isSelfSigned: boolean;
  /** A CA may have several certificates: its key is what signs. */
  readonly signer: string | undefined;
  readonly urls: { readonly crl: string; readonly 'CA certificate': string };
  /** What it is published as; empty for one that was there before. */
  readonly files: readonly string[];
}

export function readMembers(members: readonly Member[]): readonly Read[] {
  const named = firstNamed(members);
  return members.map((member, order) => {
    const { certificate, name, issuer } = member;
    const subject = certificateSubject(certificate);
    const isSelfSigned = issuer === name;
    return {
      ...member,
      order,
      comparedSubject: comparedName(certificate.subject),
      isCa: subject.basicConstraints?.ca === true,
      pathLength: subject.basicConstraints?.pathLength,
      isSelfSigned,
      signer: issuer === null ? undefined : named.get(issuer)?.key,
      urls: { crl: crlUrls(subject), 'CA certificate': issuerUrls(subject) },
      files: filesOf(member.out, isSelfSigned),
    };
  });
}

/** The first of each name. */
export function firstNamed<T extends { readonly name: string }>(things: readonly T[]): ReadonlyMap<string, T> {
  return new Map(things.toReversed().map((one) => [one.name, one]));
}

/**
 * Each member with those before it that it shares something with, in their order: a subject, a key or its identifier, a
 * serial number of one issuer, a file. Of two that share none of these there is nothing to compare.
 */
export function* withNeighbours(members: readonly Read[]): Generator<readonly [member: Read, before: readonly Read[]]> {
  const having = new Map<string, Read[]>();
  for (const member of members) {
    const shared = sharedBy(member);
    const before = new Set(shared.flatMap((one) => having.get(one) ?? []));
    yield [member, [...before].sort((one, other) => one.order - other.order)];
    for (const one of shared) {
      const those = having.get(one);
      if (those) those.push(member);
      else having.set(one, [member]);
    }
  }
}

function sharedBy({ comparedSubject, key, keyIdentifier, signer, serial, files }: Read): string[] {
  return [
    `subject ${comparedSubject}`,
    `key ${key}`,
    ...(keyIdentifier === null ? [] : [`key identifier ${keyIdentifier}`]),
    ...(signer === undefined || serial === null ? [] : [`serial ${signer} ${serial}`]),
    ...files.map((file) => `file ${file}`),
  ];
}

/** Whether one key has signed both. */
export function areSiblings(member: Read, other: Read): boolean {
  return member.signer !== undefined && member.signer === other.signer;
}

function crlUrls({ crlDistributionPoints = [] }: CertificateSubject): string {
  return listed(crlDistributionPoints.flatMap(({ fullName = [] }) => fullName.map(({ value }) => value)));
}

/** id-ad-caIssuers (RFC 5280 §4.2.2.1). */
const CA_ISSUERS = '1.3.6.1.5.5.7.48.2';

function issuerUrls({ authorityInfoAccess = [] }: CertificateSubject): string {
  return listed(authorityInfoAccess.flatMap(({ method, location }) => (method === CA_ISSUERS ? [location.value] : [])));
}

/** As messages have them. */
export function listed(urls: readonly string[]): string {
  return urls.map((url) => `"${url}"`).join(', ') || 'none';
}

function filesOf(out: string | null, isSelfSigned: boolean): string[] {
  if (out === null) return [];
  const stem = out.replace(/\.crt$/, '');
  const suffixes = ['', ...(isSelfSigned ? [] : Object.values(CHAIN_SUFFIXES))];
  return suffixes.map((suffix) => `${stem}${suffix}.pem`);
}
