import { prose } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { text } from './layout/style.ts';
import { drawWords, NARROW, type WordsBlock, wordsHeight } from './layout/words-block.ts';
import { pauseNote, pausesOf } from './pauses.ts';
import { lastHead, type PackRecord } from './record.ts';
import { instant } from './times.ts';

const GUTTER = 16;

/** The transcript's head at the end of each act, in words: what the people in the room wrote on their copies. */
export function drawHeads(sheet: Sheet, record: PackRecord): void {
  const paused = pausesOf(record).length > 0 ? ', and before each pause,' : '';
  prose(sheet, [
    text(
      `The head is a digest over the whole record up to that point. At the end of each act${paused} it was shown in words, and ` +
        'everybody wrote it on their paper copy. If the words on paper and those below are the same, nothing before that point was changed afterwards.',
    ),
  ]);
  const heads: WordsBlock[] = record.lines.flatMap(({ event, head }, index) => {
    if (event?.type === 'pause' && event.phase === 'begin') {
      // From the chain, whatever the event says of it.
      const before = record.lines[index - 1]?.head;
      const title = `Pause in step ${record.steps.get(event.step)?.number ?? event.step}`;
      return before === undefined ? [] : [{ title, note: pauseNote(event), digest: before }];
    }
    if (event?.type !== 'act' || event.phase !== 'end' || head === undefined) return [];
    return [
      { title: `Act ${event.act + 1}  ${event.title}`, note: `${instant(event.at)}, event ${event.seq}`, digest: head },
    ];
  });
  const last = lastHead(record);
  if (heads.at(-1)?.digest !== last) {
    heads.push({ title: lastTitle(record), note: `after event ${record.lines.length}`, digest: last });
  }
  const width = (sheet.width - GUTTER) / 2;
  sheet.skip(10);
  for (let at = 0; at < heads.length; at += 2) {
    sheet.ensure(wordsHeight(NARROW));
    heads.slice(at, at + 2).forEach((head, column) => {
      const place = { x: sheet.left + column * (width + GUTTER), width };
      drawWords(sheet, place, head, NARROW);
    });
    sheet.y += wordsHeight(NARROW);
  }
}

/** The close event ends the act in which it stands: on paper, its head stands at the end of that act. */
function lastTitle({ events }: PackRecord): string {
  const act = events.findLast((event) => event.type === 'act');
  const isClosed = events.at(-1)?.type === 'close' && act?.type === 'act' && act.phase === 'begin';
  return isClosed ? `Last head of the record, end of act ${act.act + 1}` : 'Last head of the record';
}
