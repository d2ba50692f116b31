import { parseUtc } from '../base/dates.ts';
import type { Event } from '../transcript/event.ts';
import type { NamedDates } from './issuing.ts';
import { hasSite, type Plan, type PlanHead, type PlannedStep, type PlannedUse } from './plan.ts';
import { keyFacts, makerOf, tokenOfKey } from './record.ts';
import type { World } from './world.ts';

/*
 * Where a script's name for a key or a certificate leads: to what a step of this ceremony makes, or to what an earlier
 * one made and this one uses. Nothing else looks such a name up.
 */

/** Dates of a certificate, UTC; of one that is used while no site says from which pack they are empty. */
export interface Validity {
  readonly notBefore: string;
  readonly notAfter: string;
}

/** What "issuer" says where a certificate is to be signed with the key that it certifies. */
export const SELF = 'self';

/** Name of the certificate whose key signs, by the parameters of a step: of a self-signed one that is renewed its own. */
export function issuerNamed(params: { readonly issuer: string; readonly existing: string }): string;
export function issuerNamed(params: PlannedStep['params']): string | undefined;
export function issuerNamed({ issuer, existing }: PlannedStep['params']): string | undefined {
  const name = issuer === SELF ? existing : issuer;
  return typeof name === 'string' ? name : undefined;
}

/** Stands for the dates of what no site names yet: they limit nothing. */
const ALWAYS: Validity = { notBefore: '1950-01-01T00:00:00Z', notAfter: '9999-12-31T23:59:59Z' };

type Use<K extends PlannedUse['kind']> = Extract<PlannedUse, { readonly kind: K }>;

function use<K extends PlannedUse['kind']>(plan: Pick<PlanHead, 'uses'>, kind: K, name: string): Use<K> | undefined {
  const found = plan.uses?.[name];
  return found?.kind === kind ? (found as Use<K>) : undefined;
}

/** A wrapped key that an earlier ceremony has left. */
export function usedBackup(plan: Pick<PlanHead, 'uses'>, name: string): Use<'backup'> | undefined {
  return use(plan, 'backup', name);
}

/** The name under which this ceremony uses the key with that digest. */
function usedKeyWith({ uses = {} }: Pick<PlanHead, 'uses'>, spkiSha256: string): string | undefined {
  return Object.keys(uses).find((name) => {
    const one = uses[name];
    return one?.kind === 'key' && one.spkiSha256 === spkiSha256;
  });
}

/**
 * The name under which this ceremony uses a certificate of the key with that digest: of several the self-signed one, with
 * which what the key has signed ends; a cross-certificate leads on to another CA.
 */
function usedCertificateOf({ uses = {} }: Pick<PlanHead, 'uses'>, spkiSha256: string): string | undefined {
  const certificates = Object.entries(uses).flatMap(([name, one]) =>
    one.kind === 'certificate' && one.spkiSha256 === spkiSha256 ? [{ ...one, called: name }] : [],
  );
  return (certificates.find((one) => one.signedBy === spkiSha256) ?? certificates[0])?.called;
}

// While planning: what the world holds by then, and what is used.

export interface KeyAtHand {
  readonly algorithm: string;
  /** Undefined where no HSM here has it. */
  readonly token: string | undefined;
}

export function keyAtHand(world: Pick<World, 'keys'>, name: string): KeyAtHand | undefined {
  const key = world.keys.get(name);
  return key && { algorithm: key.algorithm, token: key.token === '' ? undefined : key.token };
}

export interface CertificateAtHand {
  /** Name of the key that it certifies, undefined where that is not one of this ceremony's. */
  readonly key: string | undefined;
  /** Of the key that it certifies: another name may lead to the same one. */
  readonly isOf: (key: string) => boolean;
}

export function certificateAtHand(
  plan: Pick<PlanHead, 'uses'>,
  world: Pick<World, 'certificates'>,
  name: string,
): CertificateAtHand | undefined {
  const certificate = world.certificates.get(name);
  if (!certificate) return undefined;
  const used = certificate.step === null ? use(plan, 'certificate', name) : undefined;
  const isOf = (key: string) =>
    used ? use(plan, 'key', key)?.spkiSha256 === used.spkiSha256 : key === certificate.key;
  return { key: certificate.key ?? undefined, isOf };
}

/** Whether two certificates are known to certify one key. Without a site all that is used of one CA stands for one, whosever it is. */
export function areOfOneKey(
  plan: Pick<PlanHead, 'uses' | 'site'>,
  world: Pick<World, 'certificates'>,
  one: string,
  other: string,
): boolean {
  if (one === other) return true;
  const isAssumed = [one, other].some((name) => world.certificates.get(name)?.step === null);
  if (isAssumed && !hasSite(plan)) return false;
  const key = certificateAtHand(plan, world, one)?.key;
  return key !== undefined && certificateAtHand(plan, world, other)?.isOf(key) === true;
}

/**
 * Dates of a certificate and of all those above it, as date expressions name them: `root.not-before`, `root.not-after`.
 * @param end which end of the window in which it may be proposed
 */
export function datesAtHand(
  plan: Pick<PlanHead, 'uses'>,
  world: Pick<World, 'certificates'>,
  name: string,
  end: number,
): NamedDates {
  const made = world.certificates.get(name);
  if (!made || made.step === null) return namedDates(name, use(plan, 'certificate', name));
  const above = made.issuer === null ? {} : datesAtHand(plan, world, made.issuer, end);
  return { ...above, ...namedDates(name, made.requests[end]) };
}

export function namedDates(name: string, validity: Validity | undefined): NamedDates {
  const { notBefore, notAfter } = validity ?? ALWAYS;
  return {
    [`${name}.not-before`]: parseUtc(notBefore || ALWAYS.notBefore),
    [`${name}.not-after`]: parseUtc(notAfter || ALWAYS.notAfter),
  };
}

/** A key of an earlier ceremony. */
export function usedKey(plan: Pick<PlanHead, 'uses'>, name: string): Use<'key'> | undefined {
  return use(plan, 'key', name);
}

/** A certificate of an earlier ceremony. */
export function usedCertificate(plan: Pick<PlanHead, 'uses'>, name: string): Use<'certificate'> | undefined {
  return use(plan, 'certificate', name);
}

/** A CRL of an earlier ceremony. */
export function usedCrl(plan: Pick<PlanHead, 'uses'>, name: string): Use<'crl'> | undefined {
  return use(plan, 'crl', name);
}

// While running and judging: what the record holds.

export interface NamedKey {
  /** DER of the SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  readonly spkiSha256: string;
  readonly algorithm: string;
  /** The plan's name for the HSM that signs with it. */
  readonly token: string;
}

/** A key that was generated before these events end, or that is used; undefined where there is none, or none on an HSM here. */
export function keyNamed(plan: Plan, events: readonly Event[], name: string): NamedKey | undefined {
  const facts = keyFacts(plan, events, name);
  const token = tokenOfKey(plan, name);
  if (!facts || token === undefined) return undefined;
  return {
    spki: Buffer.from(String(facts['spki']), 'base64'),
    spkiSha256: String(facts['spkiSha256']),
    algorithm: String(facts['algorithm']),
    token,
  };
}

/** Where the certificate of that name lies in the pack, or will. */
export function certificatePath(plan: Plan, name: string): string | undefined {
  const maker = makerOf(plan, 'certificate', name);
  return maker ? `certificates/${maker.out ?? ''}` : use(plan, 'certificate', name)?.path;
}

/** Name of the key that the certificate of that name certifies, undefined where that is somebody else's. */
export function keyOfCertificate(plan: Plan, name: string): string | undefined {
  const maker = makerOf(plan, 'certificate', name);
  if (maker) return certifiedKey(plan, maker);
  const used = use(plan, 'certificate', name);
  return used && usedKeyWith(plan, used.spkiSha256);
}

/** Of a step that makes a certificate; undefined where the key comes in with a request, or with its owner's certificate. */
function certifiedKey(plan: Plan, { params }: Pick<PlannedStep, 'params'>): string | undefined {
  if (typeof params['existing'] === 'string') return keyOfCertificate(plan, params['existing']);
  const key = params['issuer'] === undefined ? params['key'] : params['subject-key'];
  return typeof key === 'string' ? key : undefined;
}

/** Names of the certificates from that one up to a self-signed one, as far as the script has names for them. */
export function chainOf(plan: Plan, name: string): readonly string[] {
  const chain: string[] = [];
  for (let next: string | undefined = name; next !== undefined && !chain.includes(next); next = issuerName(plan, next))
    chain.push(next);
  return chain;
}

/** Undefined for a self-signed one, and where the issuer has no name in this script. */
function issuerName(plan: Plan, name: string): string | undefined {
  const maker = makerOf(plan, 'certificate', name);
  if (maker) {
    const { issuer } = maker.params;
    return typeof issuer === 'string' && issuer !== SELF ? issuer : undefined;
  }
  const used = use(plan, 'certificate', name);
  if (!used || used.signedBy === used.spkiSha256) return undefined;
  return usedCertificateOf(plan, used.signedBy);
}

/**
 * The same dates as {@link datesAtHand}, of certificates that are there.
 * @param validityOf by name; undefined where it is not there
 */
export function datesOfChain(plan: Plan, name: string, validityOf: (name: string) => Validity | undefined): NamedDates {
  return Object.assign({}, ...chainOf(plan, name).map((one) => namedDates(one, validityOf(one)))) as NamedDates;
}

/** The step whose CRL revokes what the list of that name says; undefined where none does. */
export function revokingStep(plan: Pick<Plan, 'acts'>, list: string): PlannedStep | undefined {
  return plan.acts
    .flatMap((act) => act.steps)
    .find(({ type, params }) => type === ISSUES_CRL && params['revoke'] === list);
}

/** The step whose CRL revokes what the step of that id decides; undefined where none does. */
export function decidedStep(plan: Pick<Plan, 'acts'>, id: string): PlannedStep | undefined {
  return plan.acts
    .flatMap((act) => act.steps)
    .find(({ type, params }) => type === ISSUES_CRL && decisionsOf(params).includes(id));
}

/** Ids of the steps whose decisions a CRL takes up. */
export function decisionsOf({ decisions }: PlannedStep['params']): readonly string[] {
  return Array.isArray(decisions) ? (decisions as readonly string[]) : [];
}

/** Type of the step that issues a CRL. */
const ISSUES_CRL = 'issue-crl';
