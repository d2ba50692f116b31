import { type Json, parseCanonicalObject } from '../base/canonical-json.ts';
import { NO_DIGEST, type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { readMemberKey } from '../cms/algorithms.ts';
import { basicConstraints } from '../x509/extensions.ts';
import { checkPublicKey } from '../x509/key-check.ts';
import { OPERATION_CLASSES, type OperationClass } from './classes.ts';
import { Shape } from './shape.ts';

/** A token that a member presents: its two certificates, DER, and what it said of itself when enrolled. */
export interface MemberToken {
  /** Empty where it has none. Cards may repeat it: what tells one from another is its signing key. */
  readonly serial: string;
  readonly model: string;
  readonly origin: 'attested' | 'generated-here' | 'adopted';
  readonly signing: Buffer;
  readonly encryption: Buffer;
  /** SHA-256 of the SubjectPublicKeyInfo of each certificate. */
  readonly signingSpki: Sha256;
  readonly encryptionSpki: Sha256;
}

export interface Member {
  /** Pseudonym under which the person stands in every file of the pack; names are in people.json alone. */
  readonly seat: string;
  readonly role: string;
  /** `paper` members sign ink: what they say is reported as asserted. */
  readonly evidence: 'token' | 'paper';
  readonly tokens: readonly MemberToken[];
}

export interface ClassRule {
  readonly role: string;
  /** M: how many distinct people of that role must approve one operation of this class. */
  readonly need: number;
}

export interface Roster {
  readonly version: number;
  readonly previous: Sha256;
  readonly members: readonly Member[];
  readonly classes: ReadonlyMap<OperationClass, ClassRule>;
  readonly digest: Sha256;
}

/** Before the first enrolment: nobody is a member, so nothing that needs a quorum can be approved. */
export const NO_ROSTER: Roster = {
  version: 0,
  previous: NO_DIGEST,
  members: [],
  classes: new Map(),
  digest: NO_DIGEST,
};

/** Whether a ceremony makes the first roster: its authorization, and its record, name none. */
export function isFounding(named: { readonly roster: Sha256 }): boolean {
  return named.roster === NO_DIGEST;
}

/** Those who check and judge never approve: their word would be about their own act. */
export const NEVER_APPROVE: readonly string[] = ['witness', 'auditor'];

const NAME = /^[a-z][a-z0-9-]{0,63}$/;

/**
 * Reads a roster (type quorate/roster/1) and holds it to its rules: every class has M ≥ 2, no class needs more than
 * `administer`, no class needs more people than there are, and no person, certificate or key counts twice.
 * @throws CeremonyError ROSTER_INVALID, JSON_NOT_CANONICAL
 */
export function readRoster(bytes: Uint8Array): Roster {
  const shape = new Shape(parseCanonicalObject(bytes, 'roster.json'), 'ROSTER_INVALID', 'roster.json');
  shape.literal('type', 'quorate/roster/1');
  const version = shape.integer('version', 1, 1_000_000);
  const previous = shape.digest('previous');
  const members = shape.list('members', (item, where) => readMember(new Shape(item, 'ROSTER_INVALID', where)));
  const classes = new Map<OperationClass, ClassRule>();
  for (const [name, rule] of shape.map('classes', (item, _name, where) =>
    readRule(new Shape(item, 'ROSTER_INVALID', where)),
  )) {
    if (!(OPERATION_CLASSES as readonly string[]).includes(name))
      refuse(`"classes" names "${name}", which is no operation class`);
    classes.set(name as OperationClass, rule);
  }
  shape.end();
  const roster: Roster = { version, previous, members, classes, digest: sha256(bytes) };
  holdToRules(roster);
  return roster;
}

function readMember(shape: Shape): Member {
  const seat = shape.text('seat', NAME);
  const role = shape.text('role', NAME);
  const evidence = shape.literal('evidence', 'token', 'paper');
  const tokens = evidence === 'token' ? shape.list('tokens', readMemberToken) : [];
  if (evidence === 'token' && tokens.length === 0) refuse(`member "${seat}" has evidence "token" but no token`);
  shape.end();
  return { seat, role, evidence, tokens };
}

/** One token of a member, as it stands in a roster. @throws CeremonyError ROSTER_INVALID */
export function readMemberToken(item: Json, where: string): MemberToken {
  const shape = new Shape(item, 'ROSTER_INVALID', where);
  const signing = shape.base64('signing');
  const encryption = shape.base64('encryption');
  const token = {
    serial: shape.text('serial', /^[\x20-\x7e]{0,64}$/),
    model: shape.text('model', /^[\x20-\x7e]{0,64}$/),
    origin: shape.literal('origin', 'attested', 'generated-here', 'adopted'),
    signing,
    encryption,
    signingSpki: keyDigest(signing, 'sign', `${where}: signing`),
    encryptionSpki: keyDigest(encryption, 'open', `${where}: encryption`),
  };
  shape.end();
  return token;
}

function readRule(shape: Shape): ClassRule {
  const rule = { role: shape.text('role', NAME), need: shape.integer('need', 2, 255) };
  shape.end();
  return rule;
}

/** Digest of the key of a member's certificate, which must be usable for its purpose and of good quality. */
function keyDigest(der: Buffer, purpose: 'sign' | 'open', where: string): Sha256 {
  try {
    const { certificate } = readMemberKey(der, purpose);
    if (basicConstraints(certificate.extensions)?.ca)
      refuse(`${where} is a CA certificate; a member's certificate has CA:FALSE`);
    const problems = checkPublicKey(certificate.spki);
    if (problems.length > 0) refuse(`${where} has a key that fails its checks: ${problems.join('; ')}`);
    return sha256(certificate.spki.der);
  } catch (cause) {
    if (!(cause instanceof CeremonyError) || cause.code === 'ROSTER_INVALID') throw cause;
    throw new CeremonyError('ROSTER_INVALID', `${where} cannot be used: ${cause.message}`, { cause });
  }
}

function holdToRules(roster: Roster): void {
  const seen = new Map<string, string>();
  const once = (what: string, value: string, seat: string) => {
    const key = `${what} ${value}`;
    const before = seen.get(key);
    if (before !== undefined)
      refuse(`${what} "${value}" stands twice, for "${before}" and "${seat}"; one person counts once`);
    seen.set(key, seat);
  };
  for (const member of roster.members) {
    once('seat', member.seat, member.seat);
    for (const token of member.tokens) {
      once('certificate', sha256(token.signing), member.seat);
      once('certificate', sha256(token.encryption), member.seat);
      once('key', token.signingSpki, member.seat);
      once('key', token.encryptionSpki, member.seat);
    }
  }
  const administer = roster.classes.get('administer');
  if (!administer) refuse('"classes" lacks "administer"');
  for (const [name, rule] of roster.classes) {
    if (NEVER_APPROVE.includes(rule.role))
      refuse(`class "${name}" lets a ${rule.role} approve; a witness or auditor never approves`);
    const able = roster.members.filter((member) => member.role === rule.role && member.evidence === 'token').length;
    if (rule.need > able)
      refuse(`class "${name}" needs ${rule.need} of role "${rule.role}", but the roster has ${able} with a token`);
    if (name !== 'authorize' && rule.need > administer.need) {
      refuse(`class "${name}" needs ${rule.need}, more than "administer" (${administer.need}), which could change it`);
    }
  }
}

function refuse(what: string): never {
  throw new CeremonyError('ROSTER_INVALID', what.startsWith('roster.json') ? what : `roster.json: ${what}`);
}

export function memberOf(roster: Roster, seat: string): Member | undefined {
  return roster.members.find((member) => member.seat === seat);
}

/** @throws CeremonyError ROSTER_INVALID when the roster has no rule for that class */
export function ruleFor(roster: Roster, operationClass: OperationClass): ClassRule {
  const rule = roster.classes.get(operationClass);
  if (!rule)
    throw new CeremonyError('ROSTER_INVALID', `roster.json: no class "${operationClass}", which this operation needs`);
  return rule;
}

/** Classes whose operations log in to a token as its user. */
const USER_CLASSES: readonly OperationClass[] = ['inventory', 'generate', 'sign', 'backup', 'restore', 'destroy'];

/**
 * Thresholds of a token's two share sets: the user's is what the strictest class that logs in needs, so that no
 * class is a mere `if`; the security officer's is that of `administer`, and never lower.
 */
export function shareThresholds(roster: Roster): { userThreshold: number; soThreshold: number } {
  ruleFor(roster, 'administer');
  return thresholdsFor((name) => roster.classes.get(name)?.need);
}

/** The same from the number of approvals of each class, wherever it is known from. */
export function thresholdsFor(needOf: (name: OperationClass) => number | undefined): {
  userThreshold: number;
  soThreshold: number;
} {
  const userThreshold = Math.max(2, ...USER_CLASSES.map((name) => needOf(name) ?? 0));
  return { userThreshold, soThreshold: Math.max(userThreshold, needOf('administer') ?? 0) };
}
