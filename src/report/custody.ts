import { CUSTODY_STEPS, type Custody, custodyAfter } from '../ledger/custody.ts';
import { placeOf, unitsOfStep } from '../plan/custody.ts';
import type { Plan, PlannedStep, PlannedUnit } from '../plan/plan.ts';
import { withCorrections } from '../transcript/correction.ts';
import type { Event } from '../transcript/event.ts';
import { prose } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { bold, mono, type Paragraph, paragraph, small, text } from './layout/style.ts';
import { cells, drawTable } from './layout/table.ts';
import { nameOf } from './participants.ts';
import type { PackRecord } from './record.ts';
import { instant } from './times.ts';

type Answer = Extract<Event, { readonly type: 'answer' }>;

const SIZE = 7.8;

/** Whether custody was kept of anything. */
export function hasCustody({ plan }: PackRecord): boolean {
  return (plan?.materials.length ?? 0) > 0;
}

/** Every thing in the room: how it came, what was done with it and by whom, and where it is when the record closes. */
export function drawCustody(sheet: Sheet, record: PackRecord): void {
  const { plan } = record;
  if (!plan) return;
  prose(sheet, [
    text(
      'Numbers are those on the bags, as people read them aloud and typed them. What is done on paper after the program ' +
        'has ended is not in this record: those things are still in the room here.',
    ),
  ]);
  sheet.skip(4);
  const custody = custodyAfter(plan, record.events);
  const answers = withCorrections(record.events).filter(
    (event): event is Answer => event.type === 'answer' && typeof event.values['did'] === 'string',
  );
  drawTable(
    sheet,
    [
      { title: 'Thing', share: 23 },
      { title: 'Arrived', share: 19 },
      { title: 'What was done with it (UTC)', share: 37 },
      { title: 'When the record closes', share: 21 },
    ],
    plan.materials.flatMap(({ kind, arrives, units }) =>
      units.map((unit) =>
        cells(
          [paragraph([bold(unit.unit, SIZE)]), small([kind, unit.make, unit.serial].filter(Boolean).join(', '))],
          arrival(arrives, unit),
          answers.filter(({ values }) => values['unit'] === unit.unit).flatMap((answer) => handling(record, answer)),
          [...whereabouts(custody.get(unit.unit)), ...laterOnPaper(record, unit)],
        ),
      ),
    ),
    { padding: 2.4 },
  );
}

function arrival(arrives: string, { bag, place }: PlannedUnit): Paragraph[] {
  if (bag === null) return [text(arrives, { size: SIZE })];
  return [paragraph([mono(bag)]), small(place === null ? 'sealed' : `sealed, from ${place}`)];
}

function handling(record: PackRecord, { seq, at, seat, values }: Answer): Paragraph[] {
  const isOnPaper = typeof values['at'] === 'string';
  const on = `${instant(isOnPaper ? String(values['at']) : at).replace(' UTC', '')}${isOnPaper ? ' on paper' : ''}`;
  const bag = typeof values['bag'] === 'string' ? ` bag ${values['bag']}` : '';
  return [
    text(`${String(values['did']).replaceAll('-', ' ')}${bag}, by ${nameOf(record, seat)}`, { size: SIZE }),
    small(`${on}, event ${seq}`),
  ];
}

/** What the script has people do with it once the record is closed. Whether they did, the paper shows. */
function laterOnPaper({ plan }: PackRecord, { unit }: PlannedUnit): Paragraph[] {
  const last = Math.max(...(plan?.acts ?? []).map(({ index }) => index));
  return (plan?.paper ?? [])
    .filter(({ index }) => index > last)
    .flatMap(({ steps }) => steps)
    .filter((step) => CUSTODY_STEPS[step.type] !== undefined && plan !== undefined && isAbout(plan, step, unit))
    .map((step) =>
      small(`planned on paper, step ${step.number}: ${step.type} ${placeOf(step, plan as Plan, unit)}`.trim()),
    );
}

function isAbout(plan: Plan, step: PlannedStep, unit: string): boolean {
  return unitsOfStep(plan, step).some((one) => one.unit === unit);
}

function whereabouts(custody: Custody | undefined): Paragraph[] {
  switch (custody?.state) {
    case 'sealed':
      return [paragraph([mono(custody.bag ?? '')]), small(`sealed${custody.place ? `, ${custody.place}` : ''}`)];
    case 'handed-over':
      return [text(`handed over to ${custody.place ?? ''}`, { size: SIZE })];
    case 'destroyed':
      return [text('destroyed', { size: SIZE })];
    default:
      return [text('in the room', { size: SIZE })];
  }
}
