import { isFounding } from '../quorum/roster.ts';
import { deviationLines, deviationsOf } from './deviations.ts';
import { rosterMade } from './founding.ts';
import { heading, type Pair, pairs } from './layout/blocks.ts';
import { heightOf, layOut } from './layout/lines.ts';
import type { Sheet } from './layout/sheet.ts';
import { bold, FILL, mono, type Paragraph, paragraph, run, small, text } from './layout/style.ts';
import { drawWords, WIDE, type WordsBlock, wordsHeight } from './layout/words-block.ts';
import { nameOf } from './participants.ts';
import { filesLike, lastHead, type PackRecord } from './record.ts';
import { instant, span } from './times.ts';

const OUTCOME: Readonly<Record<PackRecord['outcome'], string>> = {
  complete: 'complete: every step was run to the end',
  aborted: 'aborted: the ceremony was ended before its script was',
  interrupted: 'interrupted: the record stops without a close',
};

/** First page: what this was, how it ended, when and where, and by which digests it is known. */
export function drawCover(sheet: Sheet, record: PackRecord): void {
  const { opening, plan, authorization } = record;
  drawTitle(sheet, record);
  const members = plan?.objectives ?? opening.objectives;
  const mono64 = (digest: string): Paragraph[] => [paragraph([mono(digest, 7.6)])];
  const facts: Pair[] = [
    [
      'Mode',
      [
        paragraph([
          bold(opening.mode.toUpperCase()),
          run(opening.mode === 'rehearsal' ? '  throw-away keys; nothing made here may be trusted' : ''),
        ]),
      ],
    ],
    ['Outcome', [paragraph([bold(record.outcome), run(outcomeText(record).slice(record.outcome.length))])]],
    ['Deviations', deviationLines(record)],
    ['Held', [text(span(opening.at, record.endedAt))]],
    ['Place', place(plan?.place)],
    ['Objectives', members.length === 0 ? [] : [text(members.join(', '))]],
    ['Policy', place(plan?.policy)],
    ['Ceremony of this CA', [text(`number ${opening.number}`)]],
    ['Change record', authorization ? [text(authorization.change)] : []],
    ['Authorized by', authorizers(record)],
    [
      'Authorized window',
      authorization ? [text(`${instant(authorization.notBefore)} to ${instant(authorization.notAfter)}`)] : [],
    ],
    ['Rules', plan ? [text(plan.rules.join(', ') || 'none')] : []],
    ['Waivers', plan ? waivers(plan.waivers) : []],
    ['Promised after the close', plan ? [text(plan.evidence.join(', ') || 'nothing')] : []],
    ['Program', [text(`${opening.program.name} ${opening.program.version}, on ${opening.program.runtime}`)]],
  ];
  pairs(sheet, facts, { nameShare: 0.2 });
  sheet.skip(12);
  heading(sheet, 3, 'Digests (SHA-256)', 120);
  pairs(
    sheet,
    [
      ['Ceremony id', mono64(record.ceremony)],
      ['Authorization', mono64(opening.authorization)],
      ['Script', mono64(opening.script)],
      ['Site binding', mono64(opening.site)],
      ['Plan', mono64(opening.plan)],
      ['Roster', rosterMade(record) ? [text('none: this ceremony made the first one')] : mono64(opening.roster)],
      ['Roster that was made', rosterMade(record) ? mono64(rosterMade(record)?.digest ?? '') : []],
      ['Roster from then on', record.changed ? mono64(record.changed.after.digest) : []],
      ['People', mono64(opening.people)],
      ['Program', mono64(opening.program.digest)],
      [
        'Pack before this',
        /^0+$/.test(opening.previous) ? [text('none: this is the first')] : mono64(opening.previous),
      ],
      ['Last head of the record', mono64(lastHead(record))],
      [
        'Manifest of this pack',
        record.manifestDigest ? mono64(record.manifestDigest) : [text('there is none: the ceremony was not closed')],
      ],
    ],
    { nameShare: 0.24 },
  );
}

/** What the outcome means; a ceremony that went to its end may have left steps out. */
function outcomeText(record: PackRecord): string {
  const skipped = deviationsOf(record).filter(({ event, inTime }) => event.effect === 'skip' && inTime).length;
  if (record.outcome !== 'complete' || skipped === 0) return OUTCOME[record.outcome];
  return `${OUTCOME.complete}, but for ${skipped} that ${skipped === 1 ? 'was' : 'were'} skipped by an approved deviation`;
}

function place(content: string | undefined): Paragraph[] {
  return content === undefined || content === '' ? [] : [text(content)];
}

function waivers(list: readonly { readonly [key: string]: unknown }[]): Paragraph[] {
  if (list.length === 0) return [text('none')];
  return list.map((waiver) => text(Object.values(waiver).map(String).join(': ')));
}

function drawTitle(sheet: Sheet, record: PackRecord): void {
  const { opening } = record;
  const above = layOut([small('Report of a key ceremony', { size: 9.5 })], sheet.width, sheet.faces);
  const { length } = opening.title;
  const size = length > 160 ? 12 : length > 90 ? 15 : length > 45 ? 19 : 24;
  const title = layOut([paragraph([run(opening.title, { face: 'bold', size })])], sheet.width, sheet.faces);
  const verdict = layOut(
    [
      paragraph([
        run(`${opening.mode.toUpperCase()}, ${record.outcome.toUpperCase()}`, { face: 'bold', size: 9, tone: 'white' }),
      ]),
    ],
    sheet.width,
    sheet.faces,
  );
  sheet.y += 14;
  sheet.mark(sheet.tag('P'), () => {
    sheet.y = sheet.drawLines(above, sheet.left, sheet.y) + 2;
  });
  sheet.mark(sheet.tag('H1'), () => {
    sheet.y = sheet.drawLines(title, sheet.left, sheet.y) + 9;
  });
  const width = sheet.faces.bold.widthOf(`${opening.mode.toUpperCase()}, ${record.outcome.toUpperCase()}`, 9) + 18;
  const top = sheet.y;
  const height = heightOf(verdict) + 7;
  sheet.artifact(() => sheet.rect(sheet.left, top, width, height, FILL.black));
  sheet.mark(sheet.tag('P'), () => {
    sheet.drawLines(verdict, sheet.left + 9, top + 3.5);
  });
  sheet.y = top + height + 16;
}

/** The digests that people compare with paper, as words to read aloud. */
export function drawDigestWords(sheet: Sheet, record: PackRecord): void {
  const { opening } = record;
  const blocks: WordsBlock[] = [
    {
      title: 'Authorization',
      note: 'read aloud and compared with print at the opening',
      digest: opening.authorization,
    },
    { title: 'Script', note: 'the reviewed file, byte for byte', digest: opening.script },
    ...madeRosterBlock(record),
    { title: 'Ceremony id', note: 'written by hand by everybody at the opening', digest: record.ceremony },
  ];
  if (record.manifestDigest) {
    blocks.push({
      title: 'Manifest',
      note: 'what the holders of tokens sign at the end',
      digest: record.manifestDigest,
    });
  }
  for (const block of blocks) {
    sheet.ensure(wordsHeight(WIDE));
    drawWords(sheet, { x: sheet.left, width: sheet.width }, block, WIDE);
    sheet.y += wordsHeight(WIDE);
  }
}

/** The roster that the ceremony made, or to which it changed. */
function madeRosterBlock(record: PackRecord): WordsBlock[] {
  const made = rosterMade(record) ?? record.changed?.after;
  if (!made) return [];
  return [
    {
      title: record.changed ? 'Roster from then on' : 'Roster that was made',
      note: 'taken home on paper by each of its members: all trust begins with it',
      digest: made.digest,
    },
  ];
}

/** Who signed the authorization: the files beside it are named by seat. */
function authorizers(record: PackRecord): Paragraph[] {
  const seats = filesLike(record, /^authorization\/[^/]+\.p7s$/).map(({ path }) =>
    path.slice('authorization/'.length, -'.p7s'.length),
  );
  const need = record.roster?.classes.get('authorize')?.need;
  const names = seats.map((seat) => nameOf(record, seat)).join(', ');
  if (isFounding(record.opening) && seats.length === 0)
    return [text('paper alone: before the first roster there was nobody who could sign')];
  if (seats.length === 0) return [text('nobody: the authorization is not signed')];
  return [text(`${names}${need === undefined ? '' : `  (${need} needed)`}`)];
}
