import { DEVIATION_CLASS } from '../quorum/deviation.ts';
import type { Event, EventType } from '../transcript/event.ts';
import { exchangesOf } from './exchanges.ts';
import { heading, type Pair, pairs } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { bold, type Paragraph, paragraph, run, text } from './layout/style.ts';
import { nameOf } from './participants.ts';
import { drawDecisions } from './quorum.ts';
import type { PackRecord } from './record.ts';
import { instant } from './times.ts';

type Stamped<T extends EventType> = Extract<Event, { type: T }>;

/** All that the record says of one departure from the script. */
export interface DeviationRecord {
  /** From 1, in their order: what the report calls it. */
  readonly number: number;
  readonly event: Stamped<'deviation'>;
  readonly approvals: readonly Stamped<'approval'>[];
  readonly declined: readonly Stamped<'declined'>[];
  /** How many distinct people must approve; undefined without a roster. */
  readonly need: number | undefined;
  /** Whether that many are recorded to have, ever, and in time for what it was to do. */
  readonly approved: boolean;
  readonly inTime: boolean;
  /** Of an exchange: who leaves and who comes, by name and seat. */
  readonly people: readonly string[];
}

export function deviationsOf(record: PackRecord): DeviationRecord[] {
  const { events } = record;
  const need = record.roster?.classes.get(DEVIATION_CLASS)?.need;
  const deviations = events.filter((event) => event.type === 'deviation');
  const made = new Set(exchangesOf(record).map(({ seq }) => seq));
  return deviations.map((event, index) => {
    const mine = (one: { readonly proposal: number }) => one.proposal === event.seq;
    const approvals = events.filter((one) => one.type === 'approval').filter(mine);
    const end = events.find((one) => one.seq > event.seq && endsStep(one))?.seq ?? Number.POSITIVE_INFINITY;
    const enough = (list: readonly { readonly seat: string }[]) =>
      need !== undefined && new Set(list.map(({ seat }) => seat)).size >= need;
    return {
      number: index + 1,
      event,
      approvals,
      declined: events.filter((one) => one.type === 'declined').filter(mine),
      need,
      approved: enough(approvals),
      inTime: event.effect === 'exchange' ? made.has(event.seq) : enough(approvals.filter(({ seq }) => seq < end)),
      people: event.names.map((seat) => `${nameOf(record, seat)} (${seat})`),
    };
  });
}

function endsStep(event: Event): boolean {
  return event.type === 'step' || event.type === 'act' || event.type === 'abort' || event.type === 'resume';
}

/** What became of the step, and of its people. Without approval in time a deviation changes nothing. */
export function effectOf({ event, inTime, people: [leaves = 'nobody', comes = 'nobody'] }: DeviationRecord): string {
  switch (event.effect) {
    case 'none':
      return 'none: the step went on';
    case 'skip':
      return inTime
        ? 'the step was skipped: it ended without what its type demands'
        : 'to skip the step; not approved before it ended, so that it was done all the same';
    case 'repeat':
      return inTime
        ? 'the step was left and run again'
        : 'to run the step again; not approved before it ended, so that it was not';
    case 'resume':
      return 'the ceremony went on after an interruption';
    case 'exchange':
      return inTime
        ? `${comes} came in the place of ${leaves}`
        : `that ${comes} come in the place of ${leaves}; not approved at once, so that nobody did`;
    case 'quirk':
      return `that the key is used though "${event.names[0]}" does not report ${event.names.slice(1).join(', ')}`;
    default:
      // A transcript is judged by the verifier; what it says is shown.
      return event.effect;
  }
}

/** `approved by 4 people; 3 are needed` */
export function approvalOf({ approvals, approved, need }: DeviationRecord): string {
  const people = new Set(approvals.map(({ seat }) => seat)).size;
  const by = `${approved ? 'approved' : 'NOT APPROVED: approved'} by ${people === 0 ? 'nobody' : `${people} ${people === 1 ? 'person' : 'people'}`}`;
  return need === undefined ? by : `${by}; ${need} are needed`;
}

/** Each departure from the script: what, why, who agreed, who approved, and what it did to the step. */
export function drawDeviations(sheet: Sheet, record: PackRecord): void {
  for (const deviation of deviationsOf(record)) {
    const { event } = deviation;
    const step = record.steps.get(event.step);
    heading(sheet, 2, `Deviation ${deviation.number}: step ${step ? `${step.number}  ` : ''}${event.step}`, 150);
    const list: Pair[] = [
      ['What', [text(event.what)]],
      ['Why', [text(event.why)]],
      ['Effect', [text(effectOf(deviation))]],
      ['Agreed to', [text(event.agreed.map((seat) => nameOf(record, seat)).join(', '))]],
      ['Recorded', [text(`${instant(event.at)}, event ${event.seq}`)]],
      ['Quorum', [quorumOf(deviation)]],
    ];
    pairs(sheet, list);
    drawDecisions(sheet, record, deviation.approvals, deviation.declined);
  }
}

function quorumOf(deviation: DeviationRecord): Paragraph {
  const said = approvalOf(deviation);
  return deviation.approved ? text(said) : paragraph([bold(said)], { marked: true });
}

/** For the cover: how many there were, and that not all were approved. */
export function deviationLines(record: PackRecord): Paragraph[] {
  const deviations = deviationsOf(record);
  if (deviations.length === 0) return [text('none recorded')];
  const open = deviations.filter(({ approved }) => !approved).length;
  const verdict = open === 0 ? 'all approved by the quorum' : `${open} NOT APPROVED`;
  return [paragraph([bold(String(deviations.length)), run(`  ${verdict}; see “Deviations and refusals”`)])];
}
