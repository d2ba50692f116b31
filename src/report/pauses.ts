import type { Event } from '../transcript/event.ts';
import { heading } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { bold, type Paragraph, paragraph, small, text } from './layout/style.ts';
import { cells, drawTable } from './layout/table.ts';
import { nameOf } from './participants.ts';
import type { PackRecord } from './record.ts';
import { clockOf, dayOf, instant } from './times.ts';

type Pause = Extract<Event, { readonly type: 'pause' }>;

export interface PauseRecord {
  readonly begin: Pause;
  /** Undefined where the record goes on, or stops, without one. */
  readonly end: Pause | undefined;
}

export function pausesOf(record: PackRecord): PauseRecord[] {
  const pauses = record.events.filter((event) => event.type === 'pause');
  return pauses.flatMap((begin, index) => {
    if (begin.phase !== 'begin') return [];
    const next = pauses[index + 1];
    return [{ begin, end: next?.phase === 'end' ? next : undefined }];
  });
}

/** When people left the room, who stayed with the equipment, and who typed the head back. */
export function drawPauses(sheet: Sheet, record: PackRecord): void {
  const pauses = pausesOf(record);
  if (pauses.length === 0) return;
  heading(sheet, 2, `Pauses: ${pauses.length}`, 80);
  const names = (seats: readonly string[]) => seats.map((seat) => nameOf(record, seat)).join(', ');
  drawTable(
    sheet,
    [
      { title: 'From', share: 16 },
      { title: 'To (UTC)', share: 16 },
      { title: 'Step', share: 16 },
      { title: 'Why', share: 18 },
      { title: 'Stayed with the equipment', share: 18 },
      { title: 'Typed the head back', share: 16 },
    ],
    pauses.map(({ begin, end }) => {
      const step = record.steps.get(begin.step);
      return cells(
        moment(begin),
        end ? moment(end) : [paragraph([bold('NOT ENDED', 7.8)])],
        [text(step?.number ?? '', { size: 7.8 }), small(begin.step)],
        [text(begin.why, { size: 7.8 })],
        [text(names(begin.stays), { size: 7.8 }), ...staying(begin, end, names)],
        [text(end ? names(end.typedBy) : '–', { size: 7.8 })],
      );
    }),
  );
}

function moment(event: Pause): Paragraph[] {
  return [text(clockOf(event.at), { size: 7.8 }), small(`${dayOf(event.at)}, event ${event.seq}`)];
}

/** Others may have taken over: the end says who was there then. */
function staying(begin: Pause, end: Pause | undefined, names: (seats: readonly string[]) => string): Paragraph[] {
  if (!end || end.stays.join() === begin.stays.join()) return [];
  return [small(`at its end ${names(end.stays)}`)];
}

/** For the heads in words: what people wrote down before they left. */
export function pauseNote(begin: Pause): string {
  return `${instant(begin.at)}, before event ${begin.seq}`;
}
