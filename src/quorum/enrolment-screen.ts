import { hexGroups, type Sha256 } from '../base/digest.ts';
import { escapeForeign } from '../base/text.ts';
import { fingerprintOf } from './enrolment.ts';
import type { MemberToken, Roster } from './roster.ts';
import { digestLines } from './statement-screen.ts';

/*
 * What a person reads before their token is given keys, and before it signs the roster. Guard and auditor draw the
 * same lines, each from the bytes that are signed.
 */

/** What is about to be enrolled, before the holder types the PIN. */
export interface ShownToken {
  readonly seat: string;
  readonly role: string;
  readonly serial: string;
  readonly model: string;
  readonly keys: 'generated' | 'adopted';
  readonly algorithm: string;
  /** SHA-256 of the SubjectPublicKeyInfo of its signing key, where it is known by that; else null. */
  readonly key: Sha256 | null;
  /** Whether its holder is on the roster with another one, which it is to replace; not unless told. */
  readonly renews?: boolean;
}

export function enrolmentScreen({ seat, role, serial, model, keys, algorithm, key, renews }: ShownToken): string[] {
  const named = serial === '' ? 'without a serial' : `serial ${escapeForeign(serial)}`;
  return [
    `ENROLMENT of ${seat} as ${role}`,
    `token       ${named}, model "${escapeForeign(model)}"`,
    ...(serial === '' ? [] : ['Read the serial from the token in your hand and compare.']),
    ...(key === null
      ? []
      : [
          'signing key, SHA-256, as you had it from the token before:',
          ...hexGroups(key, 8).map((row) => `            ${row}`),
        ]),
    ...(keys === 'generated'
      ? [`Two key pairs (${algorithm}) are made on it: one signs, one opens envelopes.`, 'They never leave it.']
      : ['Its own two key pairs are taken: one signs, one opens envelopes.', 'Nothing on it is changed.']),
    ...(renews === true
      ? [`${seat} is on the roster with another token.`, 'That one is worth nothing once the roster changes.']
      : []),
    'Then it signs that it is yours, and opens a test envelope.',
  ];
}

/** After an interruption: what another guard enrolled, before its holder presents it to one that did not see that. */
export function enrolledBeforeScreen(enrolled: {
  readonly seat: string;
  readonly role: string;
  readonly token: MemberToken;
}): string[] {
  const { seat, role, token } = enrolled;
  return [
    `ENROLLED BEFORE THE INTERRUPTION: ${seat} as ${role}`,
    'This guard did not see it. It takes only what your token shows it now.',
    `token       ${token.serial === '' ? 'without a serial' : `serial ${escapeForeign(token.serial)}`}, model "${escapeForeign(token.model)}", fingerprint`,
    ...hexGroups(fingerprintOf(token), 8).map((row) => `            ${row}`),
    'Compare it with what you have on paper. Approve, and it opens a test envelope and signs once more whose it is.',
  ];
}

/** For each who signs it: the roster by its digest, what it lets whom do, and their own place in it. */
export function rosterScreen(roster: Roster, seat: string, fingerprints: readonly Sha256[]): string[] {
  const member = roster.members.find((one) => one.seat === seat);
  return [
    `ROSTER version ${roster.version}, ${roster.members.length} members, to be signed by ${seat}`,
    ...digestLines(roster.digest),
    ...classLines(roster),
    `you         ${seat}, ${member?.role ?? 'not a member'}, ${fingerprints.length} token${fingerprints.length === 1 ? '' : 's'}`,
    ...(member?.tokens ?? []).flatMap(({ serial }, index) => [
      `token       ${serial === '' ? 'without a serial' : `serial ${escapeForeign(serial)}`}, fingerprint`,
      ...hexGroups(fingerprints[index] ?? '', 8).map((row) => `            ${row}`),
    ]),
  ];
}

/** After an interruption: nobody but those who were there can say that these people signed. */
export function signedBeforeScreen(roster: Roster, seats: readonly string[]): string[] {
  return [
    `THE ROSTER, version ${roster.version}, ${roster.members.length} members, takes effect again`,
    ...digestLines(roster.digest),
    ...classLines(roster),
    `Signed before the interruption: ${seats.join(', ')}`,
    'This guard did not see them sign. Each of them: did you? Compare the words with those on paper, if there are any.',
  ];
}

/** Classes that ask for the same people stand in one row. */
export function classLines(roster: Roster): string[] {
  const rows = new Map<string, string[]>();
  for (const [name, { role, need }] of roster.classes) {
    const able = roster.members.filter((member) => member.role === role && member.evidence === 'token').length;
    const rule = `${need} of ${able} ${role}`;
    rows.set(rule, [...(rows.get(rule) ?? []), name]);
  }
  return [...rows].flatMap(([rule, names]) => [`${rule} must approve`, `            ${names.join(' ')}`]);
}
