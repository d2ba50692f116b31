import type { PlannedStep } from '../plan/plan.ts';
import type { Event } from '../transcript/event.ts';
import { heading, prose } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { bold, paragraph, run, small, soft, text } from './layout/style.ts';
import { cells, drawTable, type Row } from './layout/table.ts';
import { nameOf } from './participants.ts';
import type { PackRecord } from './record.ts';
import { instant } from './times.ts';

type Answer = Extract<Event, { readonly type: 'answer' }>;

/** The step that was done on paper of which an answer says what was typed from there; undefined for any other answer. */
export function paperStepOf(record: PackRecord, { values }: Pick<Answer, 'values'>): PlannedStep | undefined {
  const key = values['of'];
  return typeof key === 'string' ? paperSteps(record).find((step) => step.key === key) : undefined;
}

function paperSteps({ plan }: PackRecord): readonly PlannedStep[] {
  return (plan?.paper ?? []).flatMap(({ steps }) => steps);
}

/** The steps that are done while the program does not run, and where each of them is found. */
export function drawOnPaper(sheet: Sheet, record: PackRecord): void {
  const acts = record.plan?.paper ?? [];
  if (acts.length === 0) return;
  heading(sheet, 2, 'Done on paper, while the program did not run', 110);
  prose(
    sheet,
    [
      text(
        'What was typed from paper into the record stands in the step named here. The rest is in the printed script alone, which people ' +
          'filled in by hand: this pack does not show that it was done, unless an addendum brings those pages.',
      ),
    ],
    { after: 5 },
  );
  const answers = record.events.filter((event): event is Answer => event.type === 'answer');
  const rows = acts.flatMap((act): Row[] => [
    {
      kind: 'title',
      content: [paragraph([bold(`Act ${act.index + 1}  ${act.title}`, 8.8)])],
      again: [paragraph([run(`Act ${act.index + 1}  ${act.title}, continued`, { face: 'bold', size: 7.4 })])],
    },
    ...act.steps.map((step) =>
      rowOf(
        record,
        step,
        answers.filter(({ values }) => values['of'] === step.key),
      ),
    ),
  ]);
  drawTable(
    sheet,
    [
      { title: 'Step', share: 8 },
      { title: 'What was planned', share: 39 },
      { title: 'By', share: 18 },
      { title: 'Typed into the record', share: 35 },
    ],
    rows,
    { padding: 2.2 },
  );
}

function rowOf(record: PackRecord, step: PlannedStep, answers: readonly Answer[]): Row {
  const typed = answers.map((answer) => {
    const at = typeof answer.values['at'] === 'string' ? instant(answer.values['at']) : 'at a time not recorded';
    const where = record.steps.get(answer.step)?.number ?? answer.step;
    return small(`${at}, step ${where}, event ${answer.seq}`);
  });
  return cells(
    [paragraph([bold(step.number, 7.8)])],
    [
      paragraph([run(step.type, { size: 7.8 }), soft(`  ${step.key}`, 7)]),
      ...(step.say === '' ? [] : [small(step.say)]),
    ],
    [text(step.by.map((seat) => nameOf(record, seat)).join(', '), { size: 7.8 })],
    typed.length > 0 ? typed : [text('on paper alone', { size: 7.8 })],
  );
}
