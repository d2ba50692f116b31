import type { Member } from '../quorum/roster.ts';
import type { Event } from '../transcript/event.ts';
import { exchangeLines, exchangesOf } from './exchanges.ts';
import { prose } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { bold, mono, paragraph, small, text } from './layout/style.ts';
import { cells, drawTable } from './layout/table.ts';
import type { PackRecord } from './record.ts';
import { clockOf } from './times.ts';

/** A person of the ceremony, from the plan, the roster, people.json and the roll-call. */
export interface Participant {
  readonly seat: string;
  readonly role: string;
  /** Empty where people.json is withheld or does not name the seat. */
  readonly name: string;
  readonly organisation: string;
  readonly member: Member | undefined;
  readonly evidence: 'token' | 'paper';
  /** Whether the plan calls this seat to the ceremony, or this person came for somebody. */
  readonly called: boolean;
  /** When they came in the place of somebody, and when they left, in words. */
  readonly exchanged: readonly string[];
  /** UTC of the statement of presence. */
  readonly presentAt: string | undefined;
  /** UTC of the first thing the record says this person did. */
  readonly actedAt: string | undefined;
}

export function participantsOf(record: PackRecord): Participant[] {
  const roles = new Map<string, string>();
  const exchanges = exchangesOf(record);
  const seated = (seat: string, role: string): void => {
    if (roles.has(seat)) return;
    roles.set(seat, role);
    // Whoever came for somebody stands right below them.
    for (const { leaves, comes } of exchanges) if (leaves === seat) seated(comes, role);
  };
  for (const [role, seats] of Object.entries(record.plan?.seats ?? {})) for (const seat of seats) seated(seat, role);
  const called = new Set(roles.keys());
  const members = [...(record.changed?.after.members ?? []), ...(record.roster?.members ?? [])];
  for (const member of members) if (!roles.has(member.seat)) roles.set(member.seat, member.role);
  return [...roles].map(([seat, role]) => {
    // Of whoever joined or left the one roster on which they stand.
    const member = members.find((one) => one.seat === seat);
    const person = record.people.get(seat);
    const presence = record.events.find(
      (event) => event.type === 'statement' && event.kind === 'presence' && event.seat === seat,
    );
    return {
      seat,
      role: member?.role ?? role,
      name: person?.name ?? '',
      organisation: person?.organisation ?? '',
      member,
      evidence: member?.evidence ?? 'paper',
      called: called.has(seat) || called.size === 0,
      exchanged: exchangeLines(record, seat),
      presentAt: presence?.at,
      actedAt: record.events.find((event) => isBy(event, seat))?.at,
    };
  });
}

function isBy(event: Event, seat: string): boolean {
  switch (event.type) {
    case 'step':
      return event.phase === 'begin' && event.by.includes(seat);
    case 'answer':
    case 'approval':
    case 'declined':
    case 'statement':
    case 'correction':
    case 'decision':
      return event.seat === seat;
    default:
      return false;
  }
}

/** The person's name, else the seat: names may be withheld. */
export function nameOf(record: PackRecord, seat: string): string {
  return record.people.get(seat)?.name ?? seat;
}

export function drawParticipants(sheet: Sheet, record: PackRecord): void {
  const rows = participantsOf(record).map((one) => {
    const tokens = one.member?.tokens ?? [];
    const evidence =
      one.evidence === 'paper'
        ? [text('paper', { size: 7.8 }), small('ink only: asserted')]
        : tokens.flatMap((token) => [
            paragraph([mono(token.serial || 'none', 6.8)]),
            small(`${token.model}, ${token.origin.replaceAll('-', ' ')}`),
          ]);
    const present = one.presentAt
      ? [text(`signed ${clockOf(one.presentAt)}`, { size: 7.8 })]
      : [small(one.actedAt ? `acted ${clockOf(one.actedAt)}` : one.called ? 'not recorded' : 'not called')];
    present.push(...one.exchanged.map((said) => small(said)));
    const duties = record.duties.get(one.role);
    return cells(
      [text(one.role.replaceAll('-', ' '), { size: 7.8 }), ...(duties === undefined ? [] : [small(duties)])],
      [
        paragraph([one.name === '' ? bold('name withheld', 7.8) : bold(one.name)]),
        small(one.organisation),
        small(one.seat),
      ],
      evidence,
      present,
    );
  });
  drawTable(
    sheet,
    [
      { title: 'Role', share: 27 },
      { title: 'Name, organisation, seat', share: 35 },
      { title: 'Evidence', share: 24 },
      { title: 'Present (UTC)', share: 14 },
    ],
    rows,
  );
  sheet.skip(6);
  prose(sheet, [
    small('Evidence of a token is a signature that this pack holds; what paper proves is asserted.', { before: 2 }),
  ]);
}
