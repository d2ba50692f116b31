import { hexGroups } from '../base/digest.ts';
import { fingerprintOf } from '../quorum/enrolment.ts';
import { isFounding, type Roster } from '../quorum/roster.ts';
import { heading, prose } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { mono, paragraph, text } from './layout/style.ts';
import { cells, drawTable } from './layout/table.ts';
import { nameOf } from './participants.ts';
import type { PackRecord } from './record.ts';

/** The roster that this ceremony made; undefined where it was held by one, or ended before it had made it. */
export function rosterMade({ opening, roster }: PackRecord): Roster | undefined {
  return isFounding(opening) && roster && roster.members.length > 0 ? roster : undefined;
}

const ORIGIN = {
  attested: 'attested by its maker',
  'generated-here': 'generated here',
  adopted: 'adopted as they were',
};

/** What a first enrolment made: the roster, its numbers, and each token with the fingerprint that its holder compared. */
export function drawFounding(sheet: Sheet, record: PackRecord): number {
  const roster = rosterMade(record);
  if (!roster) return 0;
  heading(sheet, 2, `Roster, version ${roster.version}`, 200);
  prose(
    sheet,
    [
      text([...roster.classes].map(([name, { role, need }]) => `${name}: ${need} ${role}`).join('; ')),
      text(
        'Each token signed whose it is, and the roster; each opened two test envelopes. That a seat is the person of its name is said by those who were there.',
      ),
    ],
    { after: 8 },
  );
  const rows = roster.members.flatMap((member) =>
    member.tokens.map((token, index) =>
      cells(
        [text(nameOf(record, member.seat)), text(`${member.seat}${index === 0 ? '' : ', spare'}`, { size: 7 })],
        [
          paragraph([mono(token.serial || 'no serial', 7)]),
          text(`${token.model}; keys ${ORIGIN[token.origin]}`, { size: 7 }),
        ],
        hexGroups(fingerprintOf(token), 8).map((row) => paragraph([mono(row, 6.6)])),
      ),
    ),
  );
  drawTable(
    sheet,
    [
      { title: 'Member', share: 28 },
      { title: 'Token', share: 28 },
      { title: 'Fingerprint of its two keys', share: 44 },
    ],
    rows,
  );
  return 1;
}
