import { canonicalBytes, type JsonObject, parseCanonicalObject } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { FoundingMember } from './enrolment.ts';
import { type Member, type MemberToken, memberOf, type Roster, readRoster } from './roster.ts';
import { Shape } from './shape.ts';

/** What the quorum of a roster approves when another takes its place: one statement for all of them. */
export interface RosterChange {
  readonly ceremony: Sha256;
  readonly authorization: Sha256;
  /** SHA-256 of the roster that is changed, and of the one that it becomes. */
  readonly previous: Sha256;
  readonly roster: Sha256;
  /** Seats, sorted. */
  readonly leaves: readonly string[];
  readonly joins: readonly string[];
  /** Who stays with other tokens; the member is absent where nobody does. */
  readonly renews: readonly string[];
}

const CODE = 'APPROVAL_DIGEST';
const NAME = /^[a-z][a-z0-9-]{0,63}$/;

export function rosterChangeBytes({ leaves, joins, renews, ...change }: RosterChange): Uint8Array {
  return canonicalBytes({
    ...change,
    type: 'quorate/roster-change/1',
    leaves: leaves.toSorted(),
    joins: joins.toSorted(),
    ...(renews.length === 0 ? {} : { renews: renews.toSorted() }),
  });
}

/** @throws CeremonyError APPROVAL_DIGEST, JSON_NOT_CANONICAL */
export function readRosterChange(bytes: Uint8Array): RosterChange {
  const shape = new Shape(parseCanonicalObject(bytes, 'the change of the roster'), CODE, 'the change of the roster');
  shape.literal('type', 'quorate/roster-change/1');
  const seat = (item: unknown, where: string) => new Shape({ seat: item as string }, CODE, where).text('seat', NAME);
  const change: RosterChange = {
    ceremony: shape.digest('ceremony'),
    authorization: shape.digest('authorization'),
    previous: shape.digest('previous'),
    roster: shape.digest('roster'),
    leaves: shape.list('leaves', seat),
    joins: shape.list('joins', seat),
    renews: shape.has('renews') ? atLeastOne(shape.list('renews', seat)) : [],
  };
  shape.end();
  return change;
}

/** One form alone is approved: where nobody stays with other tokens, nothing says so. */
function atLeastOne(seats: readonly string[]): readonly string[] {
  if (seats.length > 0) return seats;
  throw new CeremonyError(CODE, 'the change of the roster: "renews" names nobody; then it is absent');
}

/** Seats, sorted, that one of two rosters has and the other has not, and those that both have with other tokens. */
export interface RosterDifference {
  readonly leaves: readonly string[];
  readonly joins: readonly string[];
  readonly renews: readonly string[];
}

export function rosterDifference(before: Roster, after: Roster): RosterDifference {
  const beyond = (one: Roster, other: Roster) =>
    one.members.flatMap(({ seat }) => (memberOf(other, seat) ? [] : [seat])).sort();
  const renews = after.members.flatMap((member) => {
    const was = memberOf(before, member.seat);
    return was && isRenewed(was, member, before) ? [member.seat] : [];
  });
  return { leaves: beyond(before, after), joins: beyond(after, before), renews: renews.sort() };
}

/**
 * Everything in a roster that makes it none which can follow that other: its version and `previous`, a class that is not
 * as it was, a member who stays and does not stand as before, unless with tokens that are all new, one who joins without a
 * token, or nothing that changes.
 */
export function rosterChangeFaults(before: Roster, after: Roster): string[] {
  const faults: string[] = [];
  if (after.version !== before.version + 1)
    faults.push(`it has version ${after.version}; after version ${before.version} comes ${before.version + 1}`);
  if (after.previous !== before.digest)
    faults.push(`it names ${after.previous} before it; the roster in force has ${before.digest}`);
  for (const name of new Set([...before.classes.keys(), ...after.classes.keys()])) {
    const [was, is] = [before.classes.get(name), after.classes.get(name)];
    if (was?.need !== is?.need || was?.role !== is?.role)
      faults.push(`class "${name}" is approved by ${inWords(is)}; it was ${inWords(was)}, and a change leaves it so`);
  }
  for (const member of after.members) {
    const was = memberOf(before, member.seat);
    if (was && !isSameMember(was, member) && !isRenewed(was, member, before))
      faults.push(`"${member.seat}", who stays, does not stand in it as before, with the same role and certificates`);
    if (!was && member.tokens.length === 0) faults.push(`"${member.seat}" joins without a token`);
  }
  const { leaves, joins, renews } = rosterDifference(before, after);
  if (leaves.length + joins.length + renews.length === 0) faults.push('nobody leaves and nobody joins');
  return faults;
}

function inWords(rule: { readonly need: number; readonly role: string } | undefined): string {
  return rule ? `${rule.need} of role "${rule.role}"` : 'nobody';
}

function isSameMember(one: Member, other: Member): boolean {
  return (
    one.role === other.role &&
    one.evidence === other.evidence &&
    one.tokens.length === other.tokens.length &&
    one.tokens.every((token, index) => isSameToken(token, other.tokens[index]))
  );
}

/**
 * Whether somebody stays in the same role with other tokens, none of whose keys stands on the roster before, with whomever: who
 * has the old ones can neither sign nor open anything by the roster that follows.
 */
function isRenewed(was: Member, is: Member, { members }: Roster): boolean {
  if (was.role !== is.role || was.evidence !== 'token' || is.evidence !== 'token' || isSameMember(was, is))
    return false;
  const known = new Set(members.flatMap(({ tokens }) => tokens.flatMap(keysOf)));
  return is.tokens.every((token) => keysOf(token).every((key) => !known.has(key)));
}

function keysOf({ signingSpki, encryptionSpki }: MemberToken): readonly Sha256[] {
  return [signingSpki, encryptionSpki];
}

/** Whether a token stands in two places alike, byte for byte. */
export function isSameToken(one: MemberToken, other: MemberToken | undefined): boolean {
  return (
    other !== undefined &&
    one.serial === other.serial &&
    one.model === other.model &&
    one.origin === other.origin &&
    one.signing.equals(other.signing) &&
    one.encryption.equals(other.encryption)
  );
}

/**
 * The bytes of the roster that follows: those who stay as they stand, in their order, those of them who are enrolled anew
 * with their new tokens, then those who join. `readRoster` judges them.
 * @throws CeremonyError ROSTER_INVALID, JSON_NOT_CANONICAL for a roster before that is none
 */
export function nextRosterBytes(
  before: Uint8Array,
  leaves: readonly string[],
  joins: readonly FoundingMember[],
  renews: readonly FoundingMember[] = [],
): Uint8Array {
  const { version } = readRoster(before);
  const document = parseCanonicalObject(before, 'roster.json');
  const members = document['members'] as readonly JsonObject[];
  return canonicalBytes({
    ...document,
    version: version + 1,
    previous: sha256(before),
    members: [
      ...members
        .filter(({ seat }) => !leaves.includes(String(seat)))
        .map((member) => {
          const renewed = renews.find(({ seat }) => seat === member['seat']);
          return renewed ? { ...member, tokens: [...renewed.tokens] } : member;
        }),
      ...joins.map(({ seat, role, tokens }) => ({ seat, role, evidence: 'token', tokens: [...tokens] })),
    ],
  });
}
