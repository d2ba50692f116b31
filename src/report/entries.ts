import type { JsonObject } from '../base/canonical-json.ts';
import type { PlannedStep } from '../plan/plan.ts';
import type { Event, EventType } from '../transcript/event.ts';
import { changesOf, changeText, correctionsOf } from './corrections.ts';
import { deviationsOf } from './deviations.ts';
import { type Fact, factLines, flattenFacts, spelled, textAt, words } from './facts.ts';
import {
  bold,
  digestLines,
  labelled,
  markedLine,
  mono,
  type Paragraph,
  paragraph,
  run,
  small,
  soft,
} from './layout/style.ts';
import { paperStepOf } from './on-paper.ts';
import { describeDescriptor, describeDone, type OperationRecord } from './operations.ts';
import { nameOf } from './participants.ts';
import { activationIn, protectedBy } from './protection.ts';
import type { PackRecord, RecordedLine } from './record.ts';
import { tableEntry } from './table-entries.ts';
import { instant } from './times.ts';

/** What the lines of a step say, in their order; what was refused or withheld is marked. */
export function entryParagraphs(
  record: PackRecord,
  operations: readonly OperationRecord[],
  lines: readonly RecordedLine[],
): Paragraph[] {
  const teller = new Teller(record, operations);
  for (const line of lines) {
    if (line.event) teller.tell(line.event);
    else teller.add(notShown(line));
  }
  return teller.finish();
}

/** A line whose text is withheld or unreadable, with the digest that holds its place in the chain. */
function notShown(line: RecordedLine): Paragraph[] {
  const digest = line.leaf === undefined ? [] : [paragraph([mono(line.leaf, 6.4)], { marked: true })];
  return [
    markedLine('NOT SHOWN', `event ${line.seq}: ${line.fault ?? ''}${line.leaf === undefined ? '' : '; its SHA-256:'}`),
    ...digest,
  ];
}

type Stamped<T extends EventType> = Extract<Event, { type: T }>;
const ENTRY = { size: 7.6, before: 2 } as const;
/** Subjects of observations that hold a proposal to what people have of it elsewhere. */
const EXAMINED: ReadonlyMap<string, string> = new Map([
  ['second-screen', 'read on the second screen by'],
  ['sheet', 'held to the sheets by'],
]);

/** `Sign-off` */
export function statementTitle(kind: string): string {
  return kind.slice(0, 1).toUpperCase() + kind.slice(1);
}

/** Collects the paragraphs of one step; entries that say the same of several things are drawn together. */
class Teller {
  readonly #record: PackRecord;
  readonly #operations: ReadonlyMap<number, OperationRecord>;
  /** Seq of a deviation → what the report calls it. */
  readonly #deviations: ReadonlyMap<number, number>;
  readonly #told: Paragraph[] = [];
  #approvals: Stamped<'approval'>[] = [];
  #files: Stamped<'file'>[] = [];

  constructor(record: PackRecord, operations: readonly OperationRecord[]) {
    this.#record = record;
    this.#operations = new Map(operations.map((operation) => [operation.proposed.seq, operation]));
    this.#deviations = new Map(deviationsOf(record).map(({ event, number }) => [event.seq, number]));
  }

  add(paragraphs: readonly Paragraph[]): void {
    this.#told.push(...paragraphs);
  }

  finish(): Paragraph[] {
    this.#flush();
    return this.#told;
  }

  tell(event: Event): void {
    if (event.type !== 'approval') this.#flushApprovals();
    if (event.type !== 'file' || this.#files.at(-1)?.medium !== event.medium) this.#flushFiles();
    switch (event.type) {
      case 'approval':
        this.#approvals.push(event);
        break;
      case 'file':
        // A statement's files are told by the statement itself.
        if (!event.path.startsWith('statements/')) this.#files.push(event);
        break;
      case 'answer':
        this.add(this.#answer(event));
        break;
      case 'observation':
        this.add(this.#observation(event));
        break;
      case 'proposed':
        this.add([
          labelled(`Proposed operation ${this.#number(event.seq)}`, describeDescriptor(event.descriptor), ENTRY),
          ...digestLines('SHA-256 of its description', event.digest, { indent: 8 }),
        ]);
        break;
      case 'declined':
        this.add([
          markedLine('DECLINED', `${this.#name(event.seat)} declined ${this.#ballot(event.proposal)}: ${event.reason}`),
        ]);
        break;
      case 'refusal':
        this.add([markedLine('REFUSED', `${event.code}${this.#who(event.seat)}: ${event.message}`)]);
        break;
      case 'intent':
        this.add([
          labelled(
            `Operation ${this.#number(event.proposal)} begun`,
            `${this.#isByShares(event.proposal) ? 'with the shares' : 'on the word'} of ${this.#names(event.approvers)}`,
            ENTRY,
          ),
        ]);
        break;
      case 'result':
        this.add(this.#result(event));
        break;
      case 'key-state':
        this.add(this.#keyState(event));
        break;
      case 'statement':
        this.add(this.#statement(event));
        break;
      case 'deviation':
      case 'pause':
      case 'correction':
      case 'decision':
      case 'resume':
      case 'reconciliation':
        this.add(tableEntry(this.#record, event));
        break;
      case 'abort':
        this.add([markedLine('ABORTED', `${event.code}: ${event.message}`)]);
        break;
      case 'close':
        this.add([labelled('Closed', `outcome ${event.outcome}`, ENTRY)]);
        break;
      case 'opening':
      case 'act':
      case 'step':
        break;
    }
  }

  #answer(event: Stamped<'answer'>): Paragraph[] {
    const step = this.#record.steps.get(event.step);
    // Who checks the step stands beside it already, and so does what the step says.
    const asPlanned = step !== undefined && step.check.join() === event.checkedBy.join();
    const checked = asPlanned || event.checkedBy.length === 0 ? '' : `, checked by ${this.#names(event.checkedBy)}`;
    const question =
      event.question === '' || event.question === step?.say ? [] : [small(event.question, { indent: 8, before: 0.5 })];
    const { answer, ...values } = event.values;
    const said = typeof answer === 'string' ? answer : undefined;
    const rest = said === undefined ? event.values : values;
    const paper = paperStepOf(this.#record, event);
    if (paper !== undefined) return this.#typedFromPaper(event, paper);
    const who = [
      soft(`${said === undefined && Object.keys(rest).length === 0 ? 'Confirmed by' : 'Answered by'}  `, 7.6),
      run(`${this.#name(event.seat)}${checked}${said === undefined ? '' : ': '}`, { size: 7.6 }),
      ...(said === undefined ? [] : [bold(said, 7.6)]),
    ];
    return [paragraph(who, ENTRY), ...question, ...valueLines(rest), ...this.#corrections(event)];
  }

  /** Of an act on paper there are many: each is one line, and its values. */
  #typedFromPaper(event: Stamped<'answer'>, { number, key }: PlannedStep): Paragraph[] {
    const { of: _of, at, ...values } = event.values;
    const when = typeof at === 'string' ? instant(at) : 'at a time not recorded';
    return [
      labelled(`On paper ${number}`, `${key}, ${when}`, ENTRY),
      ...valueLines(values),
      ...this.#corrections(event),
    ];
  }

  /** What a proposal was held to before it was approved is told in words; of the rest, the facts. */
  #observation({ subject, facts }: Stamped<'observation'>): Paragraph[] {
    const where = EXAMINED.get(subject);
    const [seat, typed] = [textAt(facts, 'seat'), textAt(facts, 'words')];
    const { proposal } = facts;
    if (where === undefined || seat === undefined || typed === undefined || typeof proposal !== 'number')
      return [labelled('Recorded', words(subject), ENTRY), ...factLines(facts, 8)];
    const medium = textAt(facts, 'medium');
    const from = medium === undefined ? '' : `, from "${medium}"`;
    return [
      labelled(`Operation ${this.#number(proposal)}`, `${where} ${this.#name(seat)}${from}`, ENTRY),
      small(`last row typed: ${typed}`, { indent: 8, before: 0.5 }),
    ];
  }

  #corrections({ seq }: Stamped<'answer'>): Paragraph[] {
    return correctionsOf(this.#record, seq).flatMap((correction) =>
      changesOf(this.#record, correction).map((change) =>
        markedLine('CORRECTED', `${changeText(change)}, in event ${correction.seq}`),
      ),
    );
  }

  #isByShares(proposal: number): boolean {
    return activationIn(this.#record, this.#operations.get(proposal)?.proposed.descriptor ?? {}) === undefined;
  }

  #result(event: Stamped<'result'>): Paragraph[] {
    const number = this.#number(event.proposal);
    if (event.outcome === 'failed') {
      const why = [textAt(event.facts, 'code'), textAt(event.facts, 'message')].filter(Boolean).join(': ');
      return [markedLine('FAILED', `operation ${number}: ${why}`)];
    }
    const descriptor = this.#operations.get(event.proposal)?.proposed.descriptor ?? {};
    return [
      labelled(`Operation ${number} done`, describeDone(descriptor, event.facts), ENTRY),
      ...(['spkiSha256', 'digest'] as const).flatMap((name) => {
        const digest = textAt(event.facts, name);
        const label = name === 'digest' ? 'SHA-256 of the list of objects' : 'SHA-256 of the public key';
        return digest === undefined ? [] : digestLines(label, digest, { indent: 8 });
      }),
      small(`protected by ${protectedBy(this.#record, descriptor)}`, { indent: 8, before: 0.5 }),
    ];
  }

  #keyState({ key, from, to, reason, proposal }: Stamped<'key-state'>): Paragraph[] {
    const approved = proposal === null ? '' : `, as approved for operation ${this.#number(proposal)}`;
    return [
      labelled('State of a key', `${from === null ? '' : `from ${from} to `}${to}: ${reason}${approved}`, ENTRY),
      ...digestLines('SHA-256 of the public key', key, { indent: 8 }),
    ];
  }

  #statement(event: Stamped<'statement'>): Paragraph[] {
    const how = event.evidence === 'token' ? 'signed with their token' : 'on paper: asserted, not checked by a program';
    // The text and the head it was said over stand with the statements, at the end of the report.
    const { head: _head, text: _text, ...facts } = event.facts;
    return [labelled(statementTitle(event.kind), `${this.#name(event.seat)}, ${how}`, ENTRY), ...factLines(facts, 8)];
  }

  #flush(): void {
    this.#flushApprovals();
    this.#flushFiles();
  }

  #flushApprovals(): void {
    const seats = new Map<string, Set<number>>();
    for (const { seat, proposal } of this.#approvals) {
      seats.set(seat, (seats.get(seat) ?? new Set()).add(proposal));
    }
    const sets = new Map<string, string[]>();
    for (const [seat, proposals] of seats) {
      const what = this.#ballots([...proposals]);
      sets.set(what, [...(sets.get(what) ?? []), this.#name(seat)]);
    }
    for (const [what, names] of sets) this.add([labelled(`Approved ${what}`, names.join(', '), ENTRY)]);
    this.#approvals = [];
  }

  #flushFiles(): void {
    const [first] = this.#files;
    if (first) {
      const bytes = this.#files.reduce((sum, file) => sum + file.size, 0);
      const where = first.medium === null ? 'Written to the pack' : `Written to medium "${first.medium}"`;
      if (this.#files.length > 6) {
        this.add([labelled(where, `${this.#files.length} files, ${bytes} bytes`, ENTRY)]);
      } else {
        this.add([labelled(where, this.#files.map((file) => `${file.path} (${file.size} bytes)`).join(', '), ENTRY)]);
      }
    }
    this.#files = [];
  }

  /** `operations 1, 2`, `deviation 1` */
  #ballots(proposals: readonly number[]): string {
    const deviations = proposals.filter((seq) => this.#deviations.has(seq));
    const operations = proposals.filter((seq) => !this.#deviations.has(seq)).map((seq) => this.#number(seq));
    const listed = `${operations.length === 1 ? 'operation' : 'operations'} ${operations.join(', ')}`;
    return [...(operations.length === 0 ? [] : [listed]), ...deviations.map((seq) => this.#ballot(seq))].join(', ');
  }

  #ballot(proposal: number): string {
    const deviation = this.#deviations.get(proposal);
    return deviation === undefined ? `operation ${this.#number(proposal)}` : `deviation ${deviation}`;
  }

  #number(proposal: number): string {
    return String(this.#operations.get(proposal)?.number ?? `of event ${proposal}`);
  }

  #name(seat: string): string {
    return nameOf(this.#record, seat);
  }

  #names(seats: readonly string[]): string {
    return seats.map((seat) => this.#name(seat)).join(', ');
  }

  #who(seat: string | null): string {
    return seat === null ? '' : `, ${this.#name(seat)}`;
  }
}

/** What was done with a thing is one line: `sealed hsm, bag A1234567, place safe-1`. */
function valueLines(values: JsonObject): Paragraph[] {
  const { did, unit, bag, place, ...rest } = values;
  if (typeof did !== 'string' || typeof unit !== 'string') return flattenFacts(values, spelled).map(valueLine);
  const more = Object.entries({ bag, place }).flatMap(([name, value]) =>
    typeof value === 'string' ? [`${name} ${value}`] : [],
  );
  const handled = paragraph([bold([`${did.replaceAll('-', ' ')} ${unit}`, ...more].join(', '), 7.6)], {
    indent: 8,
    before: 0.5,
  });
  return [handled, ...flattenFacts(rest, spelled).map(valueLine)];
}

function valueLine({ name, value }: Fact): Paragraph {
  return paragraph([soft(`${name}  `, 7.6), bold(value, 7.6)], { indent: 8, before: 0.5 });
}
