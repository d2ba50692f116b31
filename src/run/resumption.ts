import { canonicalBytes, type JsonObject } from '../base/canonical-json.ts';
import { durationMs, parseUtc } from '../base/dates.ts';
import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { type PrintedPage, pagesIn } from '../ledger/paper-shares.ts';
import { approvalPayloadPath, approvalSignaturePath, approvalStatementPath } from '../pack/layout.ts';
import { adjournedFor, PLANNED_WHY } from '../plan/adjournment.ts';
import { begunDestruction } from '../plan/key-destroyed.ts';
import { type Plan, type PlannedStep, stepsOf } from '../plan/plan.ts';
import { begunRotation, begunWrapping } from '../plan/share-sets.ts';
import type { Files, Guard, People } from '../ports.ts';
import { deviationTextFault } from '../quorum/deviation.ts';
import { approvalBytes } from '../quorum/statement.ts';
import type { Event, ResultEvent, ResumeEvent } from '../transcript/event.ts';
import type { Attendance } from './attendance.ts';
import type { SaidDeviation } from './interjections.ts';
import { reconcile } from './reconciliation.ts';
import type { Recorder } from './recorder.ts';
import type { Interrupted } from './recovery.ts';
import { openStep, type Standing, standing } from './standing.ts';
import { type TypedHead, typeHead } from './typed-head.ts';

type Proposed = Standing['voided'][number];

export interface ResumptionInput {
  /** The one in force when the record broke off. */
  readonly plan: () => Plan;
  readonly files: Files;
  readonly guard: Guard;
  readonly people: People;
  readonly recorder: Recorder;
  readonly interrupted: Interrupted;
  /** SHA-256 of the program that goes on. */
  readonly program: Sha256;
  /** Records what the state of a key has become, where the crash came before that. */
  readonly recordStates: () => Promise<void>;
}

const INTERRUPTED = 'Why was the ceremony interrupted?';
const LATE = 'Why does the ceremony go on only now';

/** Step types by which an HSM is made ready, or its shares are replaced: a guard knows of it what it is told. */
const MAKES_READY: ReadonlySet<string> = new Set(['prepare-token', 'rotate-activation']);

/** Operations after which a key is no more where a guard has it by the ledger, or saw it made; or not what it was. */
const DESTROYS: ReadonlySet<string> = new Set(['destroy-key', 'zeroize-token', 'set-key-state', 'record-loss']);

/**
 * The way back into a ceremony that was interrupted: people hear what was going on and prove that they hold its
 * record on paper; the crash becomes an event; a new guard learns what the quorum had approved; and what was begun on
 * the HSM and has no result is looked at before anything else is done.
 */
export class Resumption {
  readonly #input: ResumptionInput;
  readonly #before: Standing;
  readonly #open: PlannedStep | undefined;

  constructor(input: ResumptionInput) {
    this.#input = input;
    this.#before = standing(input.interrupted.events);
    this.#open = openStep(input.plan(), input.interrupted.events);
  }

  /** Whether an operation that was begun, and is not known to be done, is this step's. */
  isToReconcile(step: PlannedStep): boolean {
    return this.#before.open?.step === step.key;
  }

  /** What the quorum is to approve before an HSM is used again, or why people end the ceremony instead. */
  async begin(ceremony: Sha256): Promise<Omit<SaidDeviation, 'effect' | 'names'> | CeremonyError> {
    const { interrupted, people, recorder, program } = this.#input;
    const step = this.#open?.key ?? '';
    await people.say(this.#whatWasGoingOn());
    const { typedBy, mistyped, abort } = await this.#typeHead();
    const atMost = this.#adjournedFor;
    // What the script has is not asked for a reason, unless it took longer: that is seen when it has gone on.
    let why = abort?.why ?? (atMost === undefined ? await this.#askWhy(INTERRUPTED) : PLANNED_WHY);
    await this.#completeStatements(ceremony);
    const data: ResumeEvent = {
      type: 'resume',
      step,
      head: recorder.head,
      recovered: interrupted.recovered,
      open: this.#before.open?.seq ?? null,
      voided: this.#before.voided.map(({ seq }) => seq),
      typedBy,
      mistyped,
      program,
    };
    const { event: resumed } = await recorder.commit(data);
    await this.#input.recordStates();
    if (abort) return new CeremonyError('CEREMONY_ABORTED', `the people ended the interrupted ceremony: ${why}`);
    await this.#recall();
    if (atMost !== undefined) {
      const took = parseUtc(resumed.at) - parseUtc(interrupted.events.at(-1)?.at ?? resumed.at);
      if (took > durationMs(atMost)) why = await this.#askWhy(`${LATE}, and not within ${atMost}?`);
      const what = `The ceremony was adjourned by its script, after event ${interrupted.events.length}, and goes on`;
      return { what, why, agreed: typedBy };
    }
    const at = this.#open ? `in step "${this.#open.key}"` : 'between two steps';
    const what = `The ceremony was interrupted ${at}, after event ${interrupted.events.length}, and goes on`;
    return { what, why, agreed: typedBy.length > 0 ? typedBy : this.#seats.slice(0, 1) };
  }

  /** What became of the operation that was begun; a new guard is told of what it takes to finish it. */
  async reconcile(attendance: Attendance): Promise<void> {
    const { open } = this.#before;
    if (!open) return;
    const { guard, recorder, interrupted } = this.#input;
    const { outcome } = await reconcile(open, { guard, recorder, attendance });
    // Its share sets were approved and proven before it was begun: with them it can be finished.
    if (outcome === 'orphan' && open.operation === 'prepare-token') await this.#recallOne(open, null);
    // What it left is destroyed for it, and nothing else is.
    if (outcome === 'orphan' && open.operation === 'unwrap-key') await this.#recallOne(open, null);
    // The set that it was begun with finishes it; its custodians prove it anew.
    if (open.operation === 'wrap-key') await this.#recallOne(open, null);
    const begun = begunRotation(open.step, interrupted.events) ?? begunDestruction(open.step, interrupted.events);
    if (begun) await this.#recallOne(begun, null);
  }

  /** Where the record ends with the day that its script ends: for how long at most. */
  get #adjournedFor(): string | undefined {
    return adjournedFor(this.#input.plan().acts, this.#input.interrupted.events);
  }

  #whatWasGoingOn(): string[] {
    const { events, recovered } = this.#input.interrupted;
    const last = events.at(-1);
    const { open, voided } = this.#before;
    return [
      this.#adjournedFor === undefined
        ? 'THIS CEREMONY WAS INTERRUPTED. Its record is whole up to the last event that was committed.'
        : 'THIS CEREMONY WAS ADJOURNED, as its script has it. Its record is whole, to the end of that day.',
      `events      ${events.length}, the last at ${last?.at ?? ''} (${last?.type ?? ''})`,
      `step        ${this.#open ? `${this.#open.number} ${this.#open.id}: it is begun again` : 'none was open'}`,
      ...(open
        ? [`HSM         "${open.operation}" was begun and is not known to be done: ${whatIsNext(open.operation)}`]
        : []),
      ...this.#pagesUnread().map(
        ({ seat, unit }) =>
          `paper       the share of ${seat} ("${unit}") was sent to the printer, and nobody has read it back: a page may lie there. Look for it, and shred it before everybody`,
      ),
      ...voided.map(({ operation, step }) => `void        the proposal "${operation}" of step "${step}"`),
      ...(recovered.length > 0
        ? [`kept aside  ${recovered.map(({ path, size }) => `${path} (${size} bytes)`).join(', ')}`]
        : []),
    ];
  }

  #pagesUnread(): readonly PrintedPage[] {
    return pagesIn(this.#input.interrupted.events).filter(
      ({ step, printedAt }) => step === this.#open?.key && printedAt === null,
    );
  }

  get #seats(): readonly string[] {
    return Object.values(this.#input.plan().seats).flat();
  }

  /** The head that people wrote on paper last; nothing before the first act has ended. */
  async #typeHead(): Promise<TypedHead> {
    const { events, heads } = this.#input.interrupted;
    const written = events.findLast((event) => (event.type === 'act' && event.phase === 'end') || isPause(event));
    if (!written) return { typedBy: [], mistyped: 0, abort: undefined };
    const head = isPause(written) ? written.head : (heads[written.seq - 1] as Sha256);
    return await typeHead(this.#input.people, this.#seats, head);
  }

  /** The quorum approves that it goes on: it reads why it had stopped, or comes late. */
  async #askWhy(text: string): Promise<string> {
    const { people } = this.#input;
    for (;;) {
      const [seat = ''] = this.#seats;
      const typed = await people.ask({ step: '', seat, text, kind: 'text', subject: 'interruption' });
      const fault = typeof typed === 'string' ? deviationTextFault(typed) : 'is wanted before anything else';
      if (typeof typed === 'string' && fault === undefined) return typed;
      await people.say([`What is written ${fault ?? ''}`]);
    }
  }

  /** A crash may come between a proposal and the file of its statement: the statement follows from the event. */
  async #completeStatements(ceremony: Sha256): Promise<void> {
    const { files, interrupted } = this.#input;
    const there = new Set(await files.list());
    for (const event of interrupted.events) {
      if (event.type !== 'proposed' || there.has(approvalStatementPath(event.seq))) continue;
      const { digest, expires, operation, step, seq } = event;
      const proposal = interrupted.heads[seq - 1] as Sha256;
      await files.create(
        approvalStatementPath(seq),
        approvalBytes({ ceremony, digest, expires, operation, proposal, step }),
      );
    }
  }

  /** Tells the new guard, for each HSM, what its quorum approved and what was made since, in that order. */
  async #recall(): Promise<void> {
    const { events } = this.#input.interrupted;
    for (const proposed of events) {
      if (proposed.type !== 'proposed' || !this.#isRecalled(proposed)) continue;
      const result = events.find(
        (event): event is Extract<Event, { type: 'result' }> =>
          event.type === 'result' && event.proposal === proposed.seq,
      );
      if (result?.outcome !== 'done') {
        // Nobody has its signature by the record; that the HSM made none, nothing shows.
        const isPerhapsSigned =
          isCrl(proposed) &&
          result?.facts['reached'] !== 'no' &&
          events.some((event) => event.type === 'intent' && event.proposal === proposed.seq);
        if (isPerhapsSigned) await this.#recallOne(proposed, null);
        continue;
      }
      // What was only looked at had its serial before, and its result does not name it again.
      const named = proposed.descriptor['hsm'] as JsonObject;
      await this.#recallOne(proposed, String(result.facts['serial'] ?? named['serial']), result);
    }
    // A set of which shares were printed, or under which a key was begun to be wrapped, is the one that it goes on with. Of an
    // operation that has no result yet the guard is told once that was looked at.
    const wrapping = begunWrapping(this.#open?.key ?? '', events);
    if (wrapping && wrapping.seq !== this.#before.open?.seq) await this.#recallOne(wrapping, null);
  }

  /** What made an HSM ready, or destroyed a key; each key of one that earlier ceremonies left ready; each CRL: what is signed after it is held to it. */
  #isRecalled(proposed: Proposed): boolean {
    const { step, operation, descriptor } = proposed;
    if (MAKES_READY.has(this.#typeOf(step) ?? '') || DESTROYS.has(operation)) return true;
    if (isCrl(proposed) || operation === 'unwrap-key' || this.#hasActivated(proposed)) return true;
    const { name } = descriptor['hsm'] as JsonObject;
    const token = this.#input.plan().tokens.find((one) => one.name === name);
    return operation === 'generate-key' && token?.holds !== undefined;
  }

  /** That a key is active a guard knows by what its quorum approved: its first certificate, or that it was adopted. */
  #hasActivated({ seq }: Proposed): boolean {
    return this.#input.recorder.events.some(
      (event) => event.type === 'key-state' && event.to === 'active' && event.proposal === seq,
    );
  }

  #typeOf(step: string): string | undefined {
    return stepsOf(this.#input.plan()).find(({ key }) => key === step)?.type;
  }

  async #recallOne(proposed: Proposed, serial: string | null, result?: ResultEvent): Promise<void> {
    const { events, heads } = this.#input.interrupted;
    await this.#input.guard.recall({
      descriptor: canonicalBytes(proposed.descriptor),
      proposal: heads[proposed.seq - 1] as Sha256,
      expires: proposed.expires,
      approvals: await this.#approvalsOf(proposed),
      serial,
      keys: serial === null ? [] : keysOn(String((proposed.descriptor['hsm'] as JsonObject)['name']), events),
      ...(proposed.payload !== null && (isCrl(proposed) || this.#hasActivated(proposed))
        ? await this.#approvedPayload(proposed, result)
        : {}),
    });
  }

  async #approvedPayload(
    { seq }: Proposed,
    result: ResultEvent | undefined,
  ): Promise<{ payload: Octets; signature?: Uint8Array }> {
    const payload = await this.#input.files.open(approvalPayloadPath(seq));
    return { payload, ...(result ? { signature: Buffer.from(String(result.facts['signature']), 'base64') } : {}) };
  }

  async #approvalsOf(proposed: Proposed): Promise<{ seat: string; signature: Uint8Array }[]> {
    const approvals: { seat: string; signature: Uint8Array }[] = [];
    for (const event of this.#input.interrupted.events) {
      if (event.type !== 'approval' || event.proposal !== proposed.seq) continue;
      const signature = await this.#input.files.read(approvalSignaturePath(proposed.seq, event.seat));
      approvals.push({ seat: event.seat, signature });
    }
    return approvals;
  }
}

function isCrl({ descriptor }: Proposed): boolean {
  return descriptor['op'] === 'sign' && descriptor['kind'] === 'crl';
}

function keysOn(hsm: string, events: readonly Event[]): { spki: string; label: string }[] {
  return events.flatMap((event) => {
    if (event.type !== 'result' || event.outcome !== 'done' || typeof event.facts['spki'] !== 'string') return [];
    const proposed = events[event.proposal - 1];
    if (proposed?.type !== 'proposed' || (proposed.descriptor['hsm'] as JsonObject)['name'] !== hsm) return [];
    // One that was restored the guard has from the ledger, once it was told of that.
    if (proposed.operation === 'unwrap-key') return [];
    return [{ spki: event.facts['spki'], label: String(proposed.descriptor['label']) }];
  });
}

function whatIsNext(operation: string): string {
  if (operation === 'zeroize-token') return 'it is looked at first, and erased again once that is approved';
  if (operation === 'destroy-key') return 'it is looked at first, and what is left is destroyed once that is approved';
  return operation === 'rotate-activation' ? 'no PIN is tried unasked' : 'it is looked at first';
}

function isPause(event: Event): event is Extract<Event, { type: 'pause' }> {
  return event.type === 'pause' && event.phase === 'begin';
}
