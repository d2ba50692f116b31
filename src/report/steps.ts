import type { Json } from '../base/canonical-json.ts';
import type { Condition, PlannedStep } from '../plan/plan.ts';
import { entryParagraphs } from './entries.ts';
import { factLines, plain, spelled } from './facts.ts';
import { heading, prose } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { bold, markedLine, type Paragraph, paragraph, run, small, soft, text } from './layout/style.ts';
import { cells, drawTable, type Row } from './layout/table.ts';
import { drawOnPaper } from './on-paper.ts';
import { type OperationRecord, operationsOf } from './operations.ts';
import { nameOf } from './participants.ts';
import type { PackRecord } from './record.ts';
import { type ActRun, type StepRun, type StrayRun, stepsNotRun, timelineOf } from './timeline.ts';
import { clockOf, dayOf, span } from './times.ts';

const COLUMNS = [
  { title: 'Step', share: 8 },
  { title: 'Activity, and what was recorded', share: 58 },
  { title: 'People', share: 19 },
  { title: 'Time (UTC)', share: 15 },
] as const;

/** Every step in the order in which it was done: what was to be done, who did it, when, and what was recorded. */
export function drawSteps(sheet: Sheet, record: PackRecord): void {
  const operations = operationsOf(record);
  const rows = timelineOf(record).flatMap((act) => [
    actRow(act),
    ...act.parts.map((part) => partRow(record, operations, act, part)),
  ]);
  if (rows.length === 0) prose(sheet, [text('No step was begun.')]);
  else drawTable(sheet, COLUMNS, rows, { padding: 3.4 });
  drawOnPaper(sheet, record);
  drawNotRun(sheet, record);
}

function actRow(act: ActRun): Row {
  const number = act.act < 0 ? '' : `Act ${act.act + 1}  `;
  const when =
    act.endedAt === undefined
      ? `begun ${dayOf(act.beganAt)} ${clockOf(act.beganAt)} UTC, not ended`
      : span(act.beganAt, act.endedAt);
  return {
    kind: 'title',
    content: [paragraph([bold(`${number}${act.title}`, 9.6), soft(`   ${when}`, 7.4)])],
    again: [paragraph([run(`${number}${act.title}, continued`, { face: 'bold', size: 7.4 })])],
  };
}

function partRow(
  record: PackRecord,
  operations: readonly OperationRecord[],
  act: ActRun,
  part: StepRun | StrayRun,
): Row {
  if (part.kind === 'stray') {
    const time = part.beganAt === undefined ? [] : [text(clockOf(part.beganAt), { size: 7.6 })];
    return cells(
      [],
      entryParagraphs(record, operations, part.lines),
      [small('between steps')],
      [...time, eventRange(part.lines)],
    );
  }
  return cells(
    [paragraph([bold(part.number, 9)])],
    activity(record, operations, part),
    people(record, part),
    times(part, dayOf(act.beganAt)),
  );
}

function activity(record: PackRecord, operations: readonly OperationRecord[], step: StepRun): Paragraph[] {
  const said = (step.planned?.say ?? '').split('\n').filter((line) => line.trim() !== '');
  return [
    ...said.map((line, index) => text(line, { before: index === 0 ? 0 : 1 })),
    paragraph([run(step.type, { face: 'bold', size: 7.4 }), soft(`  ${step.key}`, 7.2)], {
      before: said.length === 0 ? 0 : 1.5,
    }),
    ...parameterLines(step.planned),
    ...(step.skipped === undefined ? [] : [markedLine('SKIPPED', step.skipped)]),
    ...entryParagraphs(record, operations, step.lines),
    ...(step.endedAt === undefined && step.skipped === undefined
      ? [markedLine('NOT ENDED', 'no end of this step is recorded')]
      : []),
  ];
}

/** What the script asks of the step, beside what it says. */
function parameterLines(step: PlannedStep | undefined): Paragraph[] {
  if (!step) return [];
  const makes = Object.entries(step.makes).map(([kind, name]): [string, Json] => [`makes ${kind}`, name]);
  const out: [string, Json][] = step.out === null ? [] : [['file', step.out]];
  const facts = Object.fromEntries([...Object.entries(step.params), ...makes, ...out]);
  const fields = Object.keys(step.fields);
  const when = step.when ? [small(conditionOf(step.when))] : [];
  return [
    ...when,
    ...(Object.keys(facts).length === 0 ? [] : factLines(facts)),
    ...(fields.length === 0 ? [] : [small(`to record: ${fields.map(spelled).join(', ')}`)]),
  ];
}

function conditionOf(when: Condition): string {
  return 'input' in when
    ? `only if the input ${plain(when.input)} was given`
    : `only if step ${plain(when.answer)} was answered ${plain(when.is)}`;
}

function people(record: PackRecord, step: StepRun): Paragraph[] {
  const list = (label: string, seats: readonly string[]) =>
    seats.length === 0
      ? []
      : [
          paragraph(
            [soft(`${label} `, 6.8), run(seats.map((seat) => nameOf(record, seat)).join(', '), { size: 7.6 })],
            {
              before: 1.5,
            },
          ),
        ];
  const listed = [...list('by', step.by), ...list('check', step.check)];
  return listed.length === 0 && step.planned?.operation ? [small('the HSM, as approved')] : listed;
}

function times(step: StepRun, actDay: string): Paragraph[] {
  const day = dayOf(step.beganAt) === actDay ? [] : [text(dayOf(step.beganAt), { size: 7.6 })];
  const end =
    step.skipped !== undefined ? [] : [text(step.endedAt === undefined ? '–' : clockOf(step.endedAt), { size: 7.6 })];
  const events = step.firstSeq === step.lastSeq ? `event ${step.firstSeq}` : `events ${step.firstSeq}–${step.lastSeq}`;
  return [...day, text(clockOf(step.beganAt), { size: 7.6 }), ...end, small(events, { size: 6.8 })];
}

function eventRange(lines: StrayRun['lines']): Paragraph {
  const [first, last] = [lines[0]?.seq ?? 0, lines.at(-1)?.seq ?? 0];
  return small(first === last ? `event ${first}` : `events ${first}–${last}`, { size: 6.8 });
}

function drawNotRun(sheet: Sheet, record: PackRecord): void {
  const left = stepsNotRun(record);
  if (left.length === 0) return;
  heading(sheet, 2, `Steps of the plan that were not run: ${left.length}`);
  drawTable(
    sheet,
    [
      { title: 'Step', share: 8 },
      { title: 'Type', share: 36 },
      { title: 'What was planned', share: 56 },
    ],
    left.map((step) =>
      cells(
        [paragraph([bold(step.number, 7.8)])],
        [paragraph([run(step.type, { size: 7.8 }), soft(`  ${step.key}`, 7)])],
        [text(step.say, { size: 7.8 })],
      ),
    ),
    { padding: 1.8 },
  );
}
