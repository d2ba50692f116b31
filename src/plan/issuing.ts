import type { Json } from '../base/canonical-json.ts';
import { bindDates, type DateExpression } from '../base/date-expressions.ts';
import { formatUtc, parseUtc, type UtcMs } from '../base/dates.ts';
import { KEY_ALGORITHMS, type KeyAlgorithmName } from '../pki/algorithms.ts';
import type { Succession } from '../pki/crl-succession.ts';
import { subjectOf } from '../pki/name.ts';
import type { OwnRequest } from '../pki/own-request.ts';
import type { CrlProfile, ProfileKind, ResolvedProfile } from '../pki/profile.ts';
import type { CertificateRequest, CrlRequest, IssuerIdentity } from '../pki/request.ts';
import type { CrlScope } from '../x509/crl-scope.ts';
import type { Plan } from './plan.ts';

/** From a step's parameters to what is issued: the same for planning (at both ends of the window), proposing and verifying. */

/** Of every certificate, whatever its subject. */
export interface DatedParameters {
  readonly profile: string;
  readonly 'not-before': Json;
  readonly 'not-after': Json;
}

export interface CertificateParameters extends DatedParameters {
  readonly subject: { readonly [type: string]: string };
}

export interface Made<T> {
  readonly request?: T;
  /** Path below `with`, and message. */
  readonly problems: readonly { readonly path: readonly string[]; readonly message: string }[];
}

/** What a certificate below another takes over from it and from the key that signs it. */
export interface IssuerFacts {
  readonly identity: IssuerIdentity;
  /** Algorithm of the key that signs. */
  readonly keyAlgorithm: string;
  /** Dates of the issuer and of those above it, by the name scripts use: `root.not-after`. */
  readonly dates: NamedDates;
}

export type NamedDates = { readonly [name: string]: UtcMs };

/**
 * The request of a self-signed root certificate.
 * @param at the moment of the proposal, UTC whole seconds
 */
export function rootCertificateRequest(
  plan: Pick<Plan, 'profiles'>,
  params: CertificateParameters,
  algorithm: string,
  at: string,
): Made<CertificateRequest> {
  const subject = subjectOf(params.subject);
  return certificateRequest(plan, params, 'root-ca', { subject, issuer: 'self' }, [algorithm, algorithm], {}, at);
}

/** Type of the step that certifies an OCSP responder. */
export const RESPONDER = 'issue-ocsp-responder';

/**
 * The request of a certificate that another CA signs, under a name that the script gives.
 * @param algorithm of the key that is certified
 * @param at the moment of the proposal, UTC whole seconds
 */
export function subordinateCertificateRequest(
  plan: Pick<Plan, 'profiles'>,
  params: CertificateParameters,
  { identity, keyAlgorithm, dates }: IssuerFacts,
  algorithm: string,
  at: string,
  kind: ProfileKind = 'subordinate-ca',
): Made<CertificateRequest> {
  const parties = { subject: subjectOf(params.subject), issuer: identity };
  return certificateRequest(plan, params, kind, parties, [algorithm, keyAlgorithm], dates, at);
}

/** A CA that has a certificate already, and the key that this certifies. */
export interface ExistingFacts {
  readonly identity: IssuerIdentity;
  readonly keyAlgorithm: string;
}

/**
 * The request of a certificate for a CA that has one already: its name and key identifier are copied. Another CA signs it, or
 * the one that has signed that one.
 * @param facts of the issuer; its identity is `self` where the key that is certified signs
 * @param at the moment of the proposal, UTC whole seconds
 */
export function besideCertificateRequest(
  plan: Pick<Plan, 'profiles'>,
  params: DatedParameters,
  facts: Omit<IssuerFacts, 'identity'> & { readonly identity: IssuerIdentity | 'self' },
  existing: ExistingFacts,
  at: string,
): Made<CertificateRequest> {
  const { identity, keyAlgorithm, dates } = facts;
  const parties = { subject: existing.identity, issuer: identity };
  const algorithms = [existing.keyAlgorithm, keyAlgorithm] as const;
  const kind = identity === 'self' ? 'root-ca' : 'subordinate-ca';
  return certificateRequest(plan, params, kind, parties, algorithms, dates, at);
}

/** @param algorithms of the subject's key, and of the one that signs */
function certificateRequest(
  plan: Pick<Plan, 'profiles'>,
  params: DatedParameters,
  kind: ProfileKind,
  parties: Pick<CertificateRequest, 'subject' | 'issuer'>,
  [own, signing]: readonly [own: string, signing: string],
  named: NamedDates,
  at: string,
): Made<CertificateRequest> {
  const { dates, problems } = bind({ 'not-before': params['not-before'], 'not-after': params['not-after'] }, at, named);
  const profile = plan.profiles[params.profile] as unknown as ResolvedProfile | undefined;
  const refuse = (message: string) => ({ problems: [...problems, { path: ['profile'], message }] });
  if (profile?.type !== 'quorate/certificate-profile/1')
    return refuse(`there is no certificate profile "${params.profile}" in this script`);
  if (profile.kind !== kind)
    return refuse(`the profile "${params.profile}" is one of kind "${profile.kind}", expected "${kind}"`);
  const notBefore = dates['not-before'];
  const notAfter = dates['not-after'];
  if (problems.length > 0 || notBefore === undefined || notAfter === undefined) return { problems };
  return {
    problems: [],
    request: {
      profile,
      ...parties,
      notBefore: formatUtc(notBefore),
      notAfter: formatUtc(notAfter),
      keyAlgorithm: own as KeyAlgorithmName,
      signatureAlgorithm: KEY_ALGORITHMS[signing as KeyAlgorithmName].signature,
    },
  };
}

export interface OwnRequestParameters {
  readonly key: string;
  readonly subject: { readonly [type: string]: string };
  readonly profile?: string;
}

/** What is asked of another organisation's CA, for a key of that algorithm. */
export function ownRequest(
  plan: Pick<Plan, 'profiles'>,
  params: OwnRequestParameters,
  algorithm: string,
): Made<OwnRequest> {
  const refuse = (message: string) => ({ problems: [{ path: ['profile'], message }] });
  const request = { subject: subjectOf(params.subject), keyAlgorithm: algorithm as KeyAlgorithmName };
  if (params.profile === undefined) return { problems: [], request: { ...request, profile: undefined } };
  const profile = plan.profiles[params.profile] as unknown as ResolvedProfile | undefined;
  if (profile?.type !== 'quorate/certificate-profile/1')
    return refuse(`there is no certificate profile "${params.profile}" in this script`);
  if (profile.fields['basic-constraints'] !== 'ca')
    return refuse(`the profile "${params.profile}" is one of kind "${profile.kind}", expected that of a CA`);
  return { problems: [], request: { ...request, profile } };
}

export interface CrlParameters {
  readonly 'this-update': Json;
  readonly 'next-update': Json;
  /** URL of the delta CRLs of a complete one. */
  readonly freshest?: string;
  /** Of which certificates it is; of all where it is not said. */
  readonly partition?: CrlScope;
}

/**
 * The request of a CRL of a CA.
 * @param before what it takes over from the CRL before it; undefined for the first one: number 1, nothing revoked
 */
export function crlRequest(
  plan: Pick<Plan, 'profiles'>,
  params: CrlParameters,
  issuer: IssuerIdentity,
  algorithm: string,
  at: string,
  before: Succession | undefined,
): Made<CrlRequest> {
  const { dates, problems } = bind({ 'this-update': params['this-update'], 'next-update': params['next-update'] }, at);
  const thisUpdate = dates['this-update'];
  const nextUpdate = dates['next-update'];
  if (problems.length > 0 || thisUpdate === undefined || nextUpdate === undefined) return { problems };
  return {
    problems: [],
    request: {
      profile: plan.profiles['root-crl'] as unknown as CrlProfile,
      issuer,
      number: before?.number ?? 1n,
      thisUpdate: formatUtc(thisUpdate),
      nextUpdate: formatUtc(nextUpdate),
      revoked: before?.revoked ?? [],
      base: before?.base,
      freshest: params.freshest,
      scope: params.partition,
      signatureAlgorithm: KEY_ALGORITHMS[algorithm as KeyAlgorithmName].signature,
    },
  };
}

function bind(expressions: Readonly<Record<string, Json>>, at: string, named: NamedDates = {}) {
  const bound = bindDates(expressions as unknown as Readonly<Record<string, DateExpression>>, {
    proposal: parseUtc(at),
    named,
  });
  return {
    dates: bound.dates,
    problems: bound.problems.map(({ name, part, message }) => ({ path: [name, part], message })),
  };
}

/** The same, written out. */
export function boundDates(expressions: Readonly<Record<string, Json>>, at: string) {
  const { dates, problems } = bind(expressions, at);
  const written = Object.entries(dates).map(([name, date]) => [name, formatUtc(date)]);
  return { dates: Object.fromEntries(written) as Readonly<Record<string, string | undefined>>, problems };
}

const DATE_FIELDS: Readonly<Record<string, string>> = {
  notBefore: 'not-before',
  notAfter: 'not-after',
  thisUpdate: 'this-update',
  nextUpdate: 'next-update',
};

/** A request's problem begins with a date as RFC 5280 names it: the parameter that gives that date. */
export function dateParameter(problem: string): string | undefined {
  const [field = ''] = problem.split(/[ :]/, 1);
  return Object.hasOwn(DATE_FIELDS, field) ? DATE_FIELDS[field] : undefined;
}
