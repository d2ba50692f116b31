import type { Json, JsonObject } from '../base/canonical-json.ts';
import type { Event } from '../transcript/event.ts';
import { flattenFacts, spelled } from './facts.ts';
import { heading } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { bold, type Paragraph, paragraph, small, soft, text } from './layout/style.ts';
import { cells, drawTable } from './layout/table.ts';
import { nameOf } from './participants.ts';
import type { PackRecord } from './record.ts';
import { clockOf } from './times.ts';

export type Correction = Extract<Event, { readonly type: 'correction' }>;
type Answer = Extract<Event, { readonly type: 'answer' }>;

/** A value that was corrected: as it stood, and as it stands since. */
export interface Change {
  readonly name: string;
  /** Undefined where the answer is withheld or has no such value. */
  readonly before: string | undefined;
  readonly after: string;
}

export function correctionsOf(record: PackRecord, answer?: number): readonly Correction[] {
  return record.events.filter(
    (event): event is Correction => event.type === 'correction' && (answer === undefined || event.answer === answer),
  );
}

/** What one correction changed, as the record stood then. */
export function changesOf(record: PackRecord, correction: Correction): readonly Change[] {
  const answer = answerOf(record, correction);
  const earlier = correctionsOf(record, correction.answer).filter(({ seq }) => seq < correction.seq);
  const before: JsonObject = Object.assign({}, answer?.values, ...earlier.map(({ values }) => values));
  return Object.entries(correction.values)
    .filter(([name, after]) => JSON.stringify(before[name]) !== JSON.stringify(after))
    .map(([name, after]) => ({
      name: spelled(name),
      before: Object.hasOwn(before, name) ? plainOf(before[name] as Json) : undefined,
      after: plainOf(after),
    }));
}

/** `serial: “A7777” corrected to “B1234”` */
export function changeText({ name, before, after }: Change): string {
  return `${name}: ${before === undefined ? 'a value that is not shown' : `“${before}”`} corrected to “${after}”`;
}

export function answerOf(record: PackRecord, correction: Correction): Answer | undefined {
  return record.events.find(
    (event): event is Answer =>
      event.type === 'answer' && event.seq === correction.answer && event.seq < correction.seq,
  );
}

function plainOf(value: Json): string {
  return flattenFacts({ value })
    .map((fact) => fact.value)
    .join(', ');
}

/** Every value that was corrected, both ways, with who corrected it and who checked that. */
export function drawCorrections(sheet: Sheet, record: PackRecord): void {
  const corrections = correctionsOf(record);
  if (corrections.length === 0) return;
  heading(sheet, 2, `Corrected values: ${corrections.length}`, 80);
  drawTable(
    sheet,
    [
      { title: 'Event', share: 8 },
      { title: 'Answer of', share: 19 },
      { title: 'Typed first, and corrected', share: 31 },
      { title: 'Why', share: 22 },
      { title: 'By, and checked by', share: 20 },
    ],
    corrections.map((one) =>
      cells(
        [text(String(one.seq), { size: 7.8 }), small(clockOf(one.at))],
        answerCell(record, one),
        changesOf(record, one).flatMap(changeCell),
        [text(one.why, { size: 7.8 })],
        [
          text(nameOf(record, one.seat), { size: 7.8 }),
          small(one.checkedBy.map((seat) => nameOf(record, seat)).join(', ') || 'nobody'),
        ],
      ),
    ),
  );
}

function answerCell(record: PackRecord, correction: Correction): Paragraph[] {
  const answer = answerOf(record, correction);
  const step = answer && record.steps.get(answer.step);
  const event = small(`event ${correction.answer}`);
  if (!answer) return [small('not shown'), event];
  return [text(`${step ? `${step.number}  ` : ''}${answer.step}`, { size: 7.8 }), event];
}

function changeCell({ name, before, after }: Change): Paragraph[] {
  return [
    paragraph([soft(`${name}  `, 7.2), soft(before ?? 'not shown', 7.8)]),
    paragraph([soft('now  ', 7.2), bold(after, 7.8)], { indent: 8 }),
  ];
}
