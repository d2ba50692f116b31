import { hexGroups, type Sha256 } from '../base/digest.ts';
import { escapeForeign } from '../base/text.ts';
import { fingerprintOf } from './enrolment.ts';
import { classLines } from './enrolment-screen.ts';
import { type Member, memberOf, type Roster } from './roster.ts';
import { rosterDifference } from './roster-change.ts';
import { digestLines } from './statement-screen.ts';

/**
 * What everybody reads whose token signs a change of the roster: both rosters by their digests, and all in which they differ.
 * @param does what the token is asked for
 */
export function rosterChangeScreen(
  before: Roster,
  after: Roster,
  seat: string,
  does: { readonly approves: boolean; readonly signs: boolean },
): string[] {
  const { leaves, joins, renews } = rosterDifference(before, after);
  const stay = after.members.length - joins.length - renews.length;
  return [
    `CHANGE OF THE ROSTER, version ${before.version} to ${after.version}, before ${seat}`,
    `the roster in force, ${before.members.length} members:`,
    ...hexGroups(before.digest, 8).map((row) => `            ${row}`),
    `the roster from now on, ${after.members.length} members:`,
    ...digestLines(after.digest),
    ...leaves.flatMap((one) => leaving(memberOf(before, one))),
    ...joins.flatMap((one) => joining(memberOf(after, one))),
    ...renews.flatMap((one) => renewing(memberOf(before, one), memberOf(after, one))),
    `stay        ${stay}, each with the token and the certificates of before`,
    ...classLines(after),
    `${seat}: ${asked(does)}`,
  ];
}

function asked({ approves, signs }: { readonly approves: boolean; readonly signs: boolean }): string {
  if (approves && signs) return 'your token approves the change, and signs the roster of which you are a member.';
  return approves ? 'your token approves the change.' : 'your token signs the roster of which you are a member.';
}

function leaving(member: Member | undefined): string[] {
  if (!member) return [];
  return [
    `LEAVES      ${member.seat}, ${member.role}`,
    ...member.tokens.map(({ serial }) => `            token ${shown(serial)}: signs and opens nothing any more`),
  ];
}

function joining(member: Member | undefined): string[] {
  if (!member) return [];
  return [
    `JOINS       ${member.seat}, ${member.role}`,
    ...member.tokens.flatMap((token) => [
      `            token ${shown(token.serial)}, fingerprint`,
      ...rows(fingerprintOf(token)),
    ]),
  ];
}

function renewing(was: Member | undefined, is: Member | undefined): string[] {
  if (!was || !is) return [];
  return [
    `NEW TOKEN   ${is.seat}, ${is.role}, who stays`,
    ...was.tokens.map(({ serial }) => `            token ${shown(serial)}: signs and opens nothing any more`),
    ...is.tokens.flatMap((token) => [
      `            token ${shown(token.serial)} instead, fingerprint`,
      ...rows(fingerprintOf(token)),
    ]),
  ];
}

function shown(serial: string): string {
  return serial === '' ? 'without a serial' : `serial ${escapeForeign(serial)}`;
}

function rows(digest: Sha256): string[] {
  return hexGroups(digest, 8).map((row) => `            ${row}`);
}
