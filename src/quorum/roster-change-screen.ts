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
 * @param unseen seats that this guard has not itself enrolled, after an interruption
 */
export function rosterChangeScreen(
  before: Roster,
  after: Roster,
  seat: string,
  does: { readonly approves: boolean; readonly signs: boolean },
  unseen: readonly string[],
): string[] {
  const { leaves, joins } = rosterDifference(before, after);
  const stay = after.members.length - joins.length;
  return [
    `CHANGE OF THE ROSTER, version ${before.version} to ${after.version}, before ${seat}`,
    `the roster in force, ${before.members.length} members:`,
    ...hexGroups(before.digest, 8).map((row) => `            ${row}`),
    `the roster from now on, ${after.members.length} members:`,
    ...digestLines(after.digest),
    ...leaves.flatMap((one) => leaving(memberOf(before, one))),
    ...joins.flatMap((one) => joining(memberOf(after, one))),
    `stay        ${stay}, each with the token and the certificates of before`,
    ...classLines(after),
    ...(unseen.length === 0
      ? []
      : [
          `Enrolled before the interruption: ${unseen.join(', ')}.`,
          'This guard did not see it: compare the fingerprint with that on paper.',
        ]),
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

function shown(serial: string): string {
  return serial === '' ? 'without a serial' : `serial ${escapeForeign(serial)}`;
}

function rows(digest: Sha256): string[] {
  return hexGroups(digest, 8).map((row) => `            ${row}`);
}
