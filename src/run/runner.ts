import { canonicalJson } from '../base/canonical-json.ts';
import type { Sha256 } from '../base/digest.ts';
import { sha256 } from '../base/digest.ts';
import { CeremonyError, isErrorCode } from '../base/errors.ts';
import { rosterChangedIn } from '../ledger/former.ts';
import { mayChangeStates, transitionsDue } from '../ledger/key-history.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { WeakKeys } from '../pki/weak-keys.ts';
import { adjournedFor } from '../plan/adjournment.ts';
import { holds, unmet } from '../plan/conditions.ts';
import { deviationNeed, isDoneAllTheSame } from '../plan/left-steps.ts';
import { approvingStep, MAKES_ROSTER, type Plan, type PlannedAct, type PlannedStep, stepsOf } from '../plan/plan.ts';
import { planAfter } from '../plan/plan-in-force.ts';
import {
  type Ceremony,
  type Committed,
  cannotBeUndone,
  type Needs,
  type PutUp,
  type RunContext,
  type Running,
  type StepType,
  type TurnedDown,
} from '../plan/step-type.ts';
import type {
  Clock,
  Copies,
  Files,
  Guard,
  Issue,
  KeyFiles,
  Machine,
  Medium,
  People,
  Place,
  Random,
  StepGuard,
} from '../ports.ts';
import type { Authorization } from '../quorum/authorization.ts';
import { readEnrolment } from '../quorum/enrolment.ts';
import { type Roster, readRoster } from '../quorum/roster.ts';
import {
  NEXT_ROSTER_FILE,
  nextRosterSignaturePath,
  ROSTER_FILE,
  rosterChangeApprovalPath,
  rosterSignaturePath,
} from '../quorum/roster-files.ts';
import { withCorrections } from '../transcript/correction.ts';
import type { Event, EventData, FileEvent, OpeningEvent } from '../transcript/event.ts';
import { addInGroups } from './add-files.ts';
import { Attendance, isInterruption } from './attendance.ts';
import { Interjections, StepLeft } from './interjections.ts';
import { OperationDesk } from './operations.ts';
import { reconcile } from './reconciliation.ts';
import { Recorder } from './recorder.ts';
import type { Interrupted } from './recovery.ts';
import { Resumption } from './resumption.ts';
import { hasBegun, hasEnded, hasEverEnded, isBehind, wasGivenUp } from './standing.ts';
import { peopleIn, type Room } from './wishes.ts';

export interface RunInput {
  readonly plan: Plan;
  readonly roster: Roster;
  readonly authorization: Authorization;
  /** Of the pack before; null for the first ceremony of a CA. */
  readonly previous: Ledger | null;
  readonly opening: OpeningEvent;
  readonly stepTypes: ReadonlyMap<string, StepType>;
  readonly files: Files;
  /** What `files` are, where they are two folders. */
  readonly copies?: Copies;
  readonly media: (name: string) => readonly Medium[];
  /** Sheets of other tools' steps by the site's name: the bytes that its digests are of. */
  readonly sheets: ReadonlyMap<string, Uint8Array>;
  /** In which RSA keys that come in are looked up, where the site names a list. */
  readonly weakKeys?: WeakKeys;
  /** Folders with keys in files of this computer. */
  readonly keyFiles: (folder: string) => KeyFiles;
  readonly guard: Guard;
  readonly people: People;
  /** Seats for whom people.json names a person. */
  readonly named: ReadonlySet<string>;
  readonly clock: Clock;
  readonly random: Random;
  readonly issue: Issue;
  readonly machine: Machine;
  /** A ceremony that was interrupted, to go on with; `opening` is not recorded then. */
  readonly interrupted?: Interrupted;
}

/** Step types that are done again after an interruption: the clock may have stopped, the computer may be another. */
const REPEATED = new Set(['check-clock', 'check-environment']);

export interface RunOutcome {
  readonly ceremony: Sha256;
  readonly head: Sha256;
  readonly events: readonly Event[];
  /** The ones in force at the end. */
  readonly roster: Roster;
  readonly plan: Plan;
  readonly outcome: 'complete' | 'aborted';
  /** Why it was aborted. */
  readonly error: CeremonyError | undefined;
}

/**
 * Runs a plan, act by act, step by step: the one loop, for rehearsal and production alike. What a step yields is
 * durable before its next line runs. A refusal is recorded, ends the ceremony in order (acts that are done always
 * still run), and the outcome is `aborted`.
 * @throws CeremonyError CEREMONY_ADJOURNED when the day ends, and the record stays open; what is no CeremonyError; a CeremonyError of an act that is done always, after another, or of writing the
 *   transcript: then nothing can be sealed
 */
export async function runCeremony(input: RunInput): Promise<RunOutcome> {
  return await new Runner(input).run();
}

class Runner {
  readonly #input: RunInput;
  readonly #recorder: Recorder;
  readonly #desk: OperationDesk;
  readonly #interjections: Interjections;
  readonly #attendance: Attendance;
  /** The one in force: none in a first enrolment, until it has made one. */
  #roster: Roster;
  /** As the open step has it: in force when it began. */
  #plan: Plan;
  /** Key of the open step. */
  #open = '';
  readonly #resumption: Resumption | undefined;
  /** Checks that were done before the interruption and are done again before anything else. */
  #toRepeat: PlannedStep[] = [];
  /** After an interruption, until the first step has begun: what the quorum is to approve, or why people end it all. */
  #goingOn: Awaited<ReturnType<Resumption['begin']>> | undefined;
  #ceremony: Ceremony | undefined;
  #failure: CeremonyError | undefined;

  constructor(input: RunInput) {
    this.#input = input;
    this.#roster = input.roster;
    this.#plan = input.plan;
    this.#recorder = new Recorder(input.files, input.clock, input.random, input.interrupted);
    const inForce = () => this.#planInForce();
    this.#interjections = new Interjections({
      plan: inForce,
      roster: () => this.#roster,
      room: () => this.#room(),
      guard: input.guard,
      recorder: this.#recorder,
      ceremony: () => this.#ceremony?.id ?? '',
      write: (path, bytes) => input.files.create(path, bytes),
      isProposed: () => this.#desk.isProposed,
      isEnding: () => this.#failure !== undefined,
    });
    this.#attendance = new Attendance(input.people, this.#recorder, inForce, this.#interjections);
    this.#resumption =
      input.interrupted &&
      new Resumption({
        plan: inForce,
        files: input.files,
        guard: input.guard,
        people: input.people,
        recorder: this.#recorder,
        interrupted: input.interrupted,
        program: input.opening.program.digest,
        recordStates: () => this.#recordStates(),
      });
    this.#desk = new OperationDesk({
      guard: input.guard,
      attendance: this.#attendance,
      approveDeviations: () => this.#interjections.approveAll(this.#attendance),
      acceptQuirks: (step, refusal) => this.#interjections.acceptQuirks(step, refusal, this.#attendance),
      reconcile: async (open) => {
        await reconcile(open, { guard: input.guard, recorder: this.#recorder, attendance: this.#attendance });
      },
      clock: input.clock,
      roster: () => this.#roster,
      present: () => Object.values(this.#planInForce().seats).flat(),
      write: (path, bytes) => input.files.create(path, bytes),
      open: (path) => input.files.open(path),
      events: () => this.#recorder.events,
      media: input.media,
      plan: input.plan,
      material: (step, at) => {
        const type = this.#typeOf(step);
        if (!type.propose)
          throw new CeremonyError('DESCRIPTOR_INVALID', `a step of type "${step.type}" proposes nothing`);
        return type.propose(step.params, step, this.#contextOf(type), at);
      },
      examine: (proposals) => this.#examine(proposals),
    });
  }

  async run(): Promise<RunOutcome> {
    const { plan, guard, opening, interrupted } = this.#input;
    const event = interrupted?.events[0] ?? (await this.#recorder.commit(opening)).event;
    const id = sha256(canonicalJson(event));
    await guard.begin(id);
    const ofStep = () => this.#plan;
    this.#ceremony = {
      id,
      get plan() {
        return ofStep();
      },
      roster: () => this.#roster,
      authorization: this.#input.authorization,
      head: () => this.#recorder.head,
      headAt: (seq) => this.#recorder.headAt(seq),
      events: () => this.#recorder.events,
      outcome: () => (this.#failure ? 'aborted' : 'complete'),
    };
    if (this.#resumption) await this.#resume(this.#resumption, id);
    else await this.#input.people.open(opening, id);
    for (const act of plan.acts) {
      if (this.#isClosed) break;
      if (hasEnded(act, this.#recorder.events)) continue;
      if (this.#failure && !act.always) continue;
      await this.#act(act);
      if (!this.#failure) this.#holdToDay(act);
    }
    return {
      ceremony: id,
      head: this.#recorder.head,
      events: this.#recorder.events,
      roster: this.#roster,
      plan: this.#planInForce(),
      outcome: this.#failure ? 'aborted' : 'complete',
      error: this.#failure,
    };
  }

  /** @throws CeremonyError CEREMONY_ADJOURNED when this act ends the day: its head is on paper, and the program ends */
  #holdToDay(act: PlannedAct): void {
    const atMost = adjournedFor(this.#input.plan.acts, this.#recorder.events);
    if (atMost === undefined) return;
    throw new CeremonyError(
      'CEREMONY_ADJOURNED',
      `the ceremony is adjourned at the end of act ${act.index + 1}, for ${atMost} at most`,
      { hint: 'the same command with --resume goes on from there' },
    );
  }

  get #need(): number {
    return deviationNeed(this.#roster, this.#input.plan);
  }

  /** With everybody who came for somebody else so far. */
  #planInForce(): Plan {
    return planAfter(this.#input.plan, this.#recorder.events, this.#need);
  }

  #room(): Room {
    const { authorization, named } = this.#input;
    return { plan: this.#planInForce(), roster: this.#roster, authorization, named, events: this.#recorder.events };
  }

  get #isClosed(): boolean {
    return this.#recorder.events.at(-1)?.type === 'close';
  }

  /** Goes on after an interruption: abort and sign-off that were recorded stand, and the clock is compared again. */
  async #resume(resumption: Resumption, ceremony: Sha256): Promise<void> {
    const { events } = this.#recorder;
    const aborted = events.find((event) => event.type === 'abort');
    if (aborted?.type === 'abort')
      this.#failure = new CeremonyError(isErrorCode(aborted.code) ? aborted.code : 'INTERRUPTED', aborted.message);
    await this.#enactAgain();
    if (this.#isClosed) return;
    // What goes on is held to what was begun: the digests are the same, and the program is the one that runs now.
    await this.#input.people.open(this.#input.opening, ceremony);
    const goingOn = await resumption.begin(ceremony);
    await this.#interjections.recall((path) => this.#input.files.read(path));
    const isSignedOff = events.some((event) => event.type === 'statement' && event.kind === 'sign-off');
    const isOver = this.#failure !== undefined || isSignedOff;
    if (isOver) await this.#input.guard.signOff();
    // Where no HSM is used any more, nobody need approve that it goes on; people may end what was not ended yet.
    if (goingOn instanceof CeremonyError ? !this.#failure : !isOver) this.#goingOn = goingOn;
    if (!this.#failure) {
      this.#toRepeat = stepsOf(this.#input.plan).filter(
        (step) => REPEATED.has(step.type) && hasEverEnded(step, this.#recorder.events),
      );
    }
  }

  async #act(act: PlannedAct): Promise<void> {
    const frame = { type: 'act', act: act.index, title: act.title } as const;
    if (!hasBegun(act, this.#recorder.events)) await this.#recorder.commit({ ...frame, phase: 'begin' });
    // Of an act that was aborted before the interruption, nothing more is done.
    const isLeft = this.#failure !== undefined && !act.always;
    const repeated = isLeft ? [] : this.#toRepeat.splice(0);
    const steps = isLeft ? [] : [...repeated, ...act.steps];
    for (const [index, step] of steps.entries()) {
      if (index >= repeated.length && isBehind(step, this.#recorder.events, this.#need)) continue;
      if (this.#resumption && wasGivenUp(step, this.#recorder.events)) continue;
      try {
        if ((await this.#stepToItsEnd(step, act)) === 'closed') return;
      } catch (error) {
        if (!(error instanceof CeremonyError) || this.#failure) throw error;
        if (isInterruption(error)) {
          throw new CeremonyError(error.code, error.message, {
            cause: error,
            hint: 'nothing was decided by this: the same command with --resume goes on from here',
          });
        }
        await this.#abort(step, error);
        await this.#tellOfAbort(error);
        if (!act.always) break;
        // Who wants to end it here does not leave the HSM on the table: this step is of every way out.
        if (!isDoneAllTheSame(step, error.code)) continue;
        if ((await this.#stepToItsEnd(step, act)) === 'closed') return;
      }
    }
    const { head } = await this.#recorder.commit({ ...frame, phase: 'end' });
    await this.#input.people.endAct(act, head);
  }

  /** Whichever step is open: those who approve it are of the step that says how it is approved. */
  async *#examine(proposals: readonly PutUp[]): Running<readonly TurnedDown[]> {
    const turnedDown: TurnedDown[] = [];
    for (const [step, mine] of Map.groupBy(proposals, (one) => approvingStep(this.#plan, one.step))) {
      if (!step) continue;
      const type = this.#typeOf(step);
      if (!type.examine) continue;
      const context = this.#contextOf({ needs: ['terminal', 'media'] });
      turnedDown.push(...(yield* type.examine(step.params, step, mine, context, this.#open)));
    }
    return turnedDown;
  }

  async #stepToItsEnd(step: PlannedStep, act: PlannedAct): Promise<'ended' | 'closed'> {
    let left = await this.#step(step, act);
    while (left === 'repeat') left = await this.#step(step, act);
    return left;
  }

  /** @returns `closed` when nothing follows any more, not even the end of the step; `repeat` when it is to be run again */
  async #step({ key }: PlannedStep, act: PlannedAct): Promise<'ended' | 'closed' | 'repeat'> {
    // Its people are those who are here when it begins, whoever comes while it is open.
    this.#plan = this.#planInForce();
    this.#open = key;
    const step = stepsOf(this.#plan).find((one) => one.key === key) as PlannedStep;
    const { number, type: kind, by, check } = step;
    const frame = { type: 'step', step: key, number, kind, by, check } as const;
    if (step.when && !holds(step.when, this.#plan, (asked) => this.#answerOf(asked))) {
      await this.#recorder.commit({ ...frame, phase: 'skip', why: unmet(step.when) });
      return 'ended';
    }
    const { event: begun } = await this.#recorder.commit({ ...frame, phase: 'begin', why: '' });
    const type = this.#typeOf(step);
    const place = this.#placeOf(step, act, type);
    let left: 'ended' | 'repeat' = 'ended';
    const goingOn = this.#goingOn;
    this.#goingOn = undefined;
    if (goingOn instanceof CeremonyError) throw goingOn;
    if (goingOn) await this.#interjections.goOn(goingOn, step);
    try {
      await this.#attendance.enter(place);
      await this.#holdCopies();
      if (this.#resumption?.isToReconcile(step)) await this.#resumption.reconcile(this.#attendance);
      await this.#drain(type.run(step.params, step, this.#contextOf(type)));
      if (this.#recorder.events.at(-1)?.type === 'close') return 'closed';
      await this.#attendance.leave(place, () => this.#recorder.events.slice(begun.seq));
    } catch (error) {
      if (!(error instanceof StepLeft)) throw error;
      if (error.effect === 'repeat') left = 'repeat';
    }
    await this.#recorder.commit({ ...frame, phase: 'end', why: '' });
    await this.#followStates();
    return left;
  }

  #placeOf(step: PlannedStep, act: PlannedAct, type: StepType): Place {
    const steps = stepsOf(this.#plan);
    return {
      step,
      act,
      position: { index: steps.indexOf(step) + 1, of: steps.length },
      describes: type.describe(step.params, step, this.#plan),
      irreversible: cannotBeUndone(type, step),
      asks: type.needs.includes('terminal') && !type.needs.includes('guard'),
      events: () => this.#recorder.events,
      here: () => peopleIn(this.#room()),
    };
  }

  async #drain(running: Running): Promise<void> {
    let next = await running.next(undefined as never);
    while (!next.done) {
      let committed: Committed;
      try {
        committed = await ('type' in next.value ? this.#commit(next.value) : this.#commitFiles(next.value));
      } catch (error) {
        await running.return(undefined as never);
        throw error;
      }
      next = await running.next(committed);
    }
  }

  async #commit(data: EventData): Promise<Committed> {
    // What was deviated from is approved before anybody signs off; after an abort it need not be.
    const isSignOff = data.type === 'statement' && data.kind === 'sign-off';
    if (isSignOff && !this.#failure) await this.#interjections.approveAll(this.#attendance);
    // Nobody is kept from the HSM's answer by a question: after an intent the next line follows at once.
    if (data.type === 'intent') await this.#holdCopies();
    const committed = await this.#recorder.commit(data);
    await this.#followStates();
    if (data.type !== 'intent' && data.type !== 'close') await this.#holdCopies();
    return committed;
  }

  async #commitFiles(files: readonly FileEvent[]): Promise<Committed> {
    const committed = await this.#recorder.commitAll(files);
    await this.#holdCopies();
    return committed;
  }

  async #holdCopies(): Promise<void> {
    if (this.#input.copies) await this.#attendance.holdCopies(this.#input.copies);
  }

  async #abort(step: PlannedStep, error: CeremonyError): Promise<void> {
    const { code, message } = error;
    const proposed = this.#recorder.events.findLast((event) => event.type === 'proposed' && event.step === step.key);
    this.#failure = error;
    let notLocked: CeremonyError | undefined;
    try {
      await this.#attendance.refuse(step, error, null, proposed?.seq ?? null);
    } finally {
      // Whatever failed, be it the disk, the HSM is locked before anything else is done.
      notLocked = await this.#lock();
    }
    if (notLocked) await this.#attendance.refuse(step, notLocked, null);
    await this.#recorder.commit({ type: 'abort', step: step.key, code, message });
    await this.#followStates();
  }

  /** What the last event made of the state of a key is recorded right after it. */
  async #followStates(): Promise<void> {
    if (mayChangeStates(this.#recorder.events)) await this.#recordStates();
  }

  async #recordStates(): Promise<void> {
    const { plan, previous } = this.#input;
    for (const due of transitionsDue(plan, this.#recorder.events, previous)) await this.#recorder.commit(due);
  }

  /** Who has not chosen it would only see that the act has ended. */
  async #tellOfAbort({ code, message, hint }: CeremonyError): Promise<void> {
    if (code === 'CEREMONY_ABORTED') return;
    const lines = ['THE CEREMONY IS ABORTED, and ends in order.', `${code}: ${message}`, ...(hint ? [hint] : [])];
    await this.#input.people.say(lines);
  }

  /** @returns why the guard could not; when it has died, its token processes have ended with it */
  async #lock(): Promise<CeremonyError | undefined> {
    try {
      // First, as it voids every proposal too.
      await this.#input.guard.signOff();
      await this.#desk.withdrawAll();
      return undefined;
    } catch (error) {
      if (error instanceof CeremonyError) return error;
      throw error;
    }
  }

  /** The guard as steps have it: where a token or an HSM is refused, people decide whether it is tried again. */
  #attended(): StepGuard {
    const { guard } = this.#input;
    const people = this.#attendance;
    return {
      attest: (seat, statement) => people.attended(seat, () => guard.attest(seat, statement)),
      rollCall: (seat) => people.attended(seat, () => guard.rollCall(seat)),
      enrol: (request) => people.attended(request.seat, () => guard.enrol(request)),
      recallEnrolment: (statement, signature) =>
        people.attended(readEnrolment(statement).seat, () => guard.recallEnrolment(statement, signature)),
      signRoster: (seat, roster) => people.attended(seat, () => guard.signRoster(seat, roster)),
      enactRoster: (roster, signatures) => this.#enact(roster, signatures),
      signNextRoster: async (seat, roster) => {
        // What was deviated from so far is approved by those who decide on the roster, before they decide.
        await this.#interjections.approveAll(people);
        return await people.attended(seat, () => guard.signNextRoster(seat, roster));
      },
      enactNextRoster: (roster, signatures, approvals) => this.#enactNext(roster, signatures, approvals),
      // Nobody is held in the last acts by an HSM that does not come back: the guard has locked it before them.
      deactivate: (hsm) => (this.#failure ? guard.deactivate(hsm) : people.attended(null, () => guard.deactivate(hsm))),
      inspect: (hsm) => people.attended(null, () => guard.inspect(hsm)),
      lock: () => guard.lock(),
      makeNextShareSet: (request) => people.attended(null, () => guard.makeNextShareSet(request)),
      makeKekSet: (request) => people.attended(null, () => guard.makeKekSet(request)),
      makeShareSets: (request) => people.attended(null, () => guard.makeShareSets(request)),
      printShare: (request) => people.attended(request.seat, () => guard.printShare(request)),
      proveKekSet: (hsm, set) => people.attended(null, () => guard.proveKekSet(hsm, set)),
      proveShareSets: (hsm) => people.attended(null, () => guard.proveShareSets(hsm)),
      random: (hsm, length, count) => people.attended(null, () => guard.random(hsm, length, count)),
      signOff: () => guard.signOff(),
    };
  }

  /** Guard and runner take the roster at once: what the one refuses, the other never has. */
  async #enact(bytes: Uint8Array, signatures: ReadonlyMap<string, Uint8Array>): Promise<void> {
    await this.#input.guard.enactRoster(bytes, signatures);
    this.#roster = readRoster(bytes);
  }

  /** The same of one that follows another. */
  async #enactNext(
    bytes: Uint8Array,
    signatures: ReadonlyMap<string, Uint8Array>,
    approvals: ReadonlyMap<string, Uint8Array>,
  ): Promise<void> {
    await this.#input.guard.enactNextRoster(bytes, signatures, approvals);
    this.#roster = readRoster(bytes);
  }

  /** After an interruption: the roster that this ceremony has made, or changed, by its own signatures. */
  async #enactAgain(): Promise<void> {
    const { plan, files } = this.#input;
    const changed = rosterChangedIn(this.#recorder.events);
    if (changed) {
      const read = async (seats: unknown, pathOf: (seat: string) => string) => {
        const signed = new Map<string, Uint8Array>();
        for (const seat of seats as readonly string[]) signed.set(seat, await files.read(pathOf(seat)));
        return signed;
      };
      const { signedBy, approvedBy } = changed.facts;
      await this.#enactNext(
        await files.read(NEXT_ROSTER_FILE),
        await read(signedBy, nextRosterSignaturePath),
        await read(approvedBy, rosterChangeApprovalPath),
      );
      return;
    }
    const made = stepsOf(plan).find((step) => step.type === MAKES_ROSTER);
    if (!made || !hasEverEnded(made, this.#recorder.events)) return;
    const bytes = await files.read(ROSTER_FILE);
    const signatures = new Map<string, Uint8Array>();
    for (const { seat, tokens } of readRoster(bytes).members)
      if (tokens.length > 0) signatures.set(seat, await files.read(rosterSignaturePath(seat)));
    await this.#enact(bytes, signatures);
  }

  #answerOf(step: string): string | undefined {
    const answer = withCorrections(this.#recorder.events).findLast(
      (event) => event.type === 'answer' && event.step === step,
    );
    return answer?.type === 'answer' ? String(answer.values['answer']) : undefined;
  }

  #typeOf(step: PlannedStep): StepType {
    const type = this.#input.stepTypes.get(step.type);
    if (!type) throw new CeremonyError('SCRIPT_NOT_SUPPORTED', `there is no step type "${step.type}"`);
    return type;
  }

  /** Only what the step type declared: the rest is not there to be reached. */
  #contextOf(type: Pick<StepType, 'needs'>): RunContext<keyof Needs> {
    const { clock, random, issue, machine, media, keyFiles, files, sheets, weakKeys } = this.#input;
    const all: Needs = {
      terminal: this.#attendance.terminal,
      clock,
      random,
      guard: this.#attended(),
      issue,
      machine,
      media,
      sheets: (name) => {
        const sheet = sheets.get(name);
        if (!sheet) throw new CeremonyError('FILE_MISSING', `there is no sheet "${name}"`);
        return sheet;
      },
      keyFiles,
      weakKeys,
      operations: this.#desk,
      attempts: { attended: (attempt) => this.#attendance.attended(null, attempt) },
      pauses: { pause: (why, stays) => this.#attendance.want({ interject: 'pause', why, stays }) },
      pack: {
        add: (step, all) => addInGroups(files, step, all),
        read: (path) => files.read(path),
        open: (path) => files.open(path),
        list: () => files.list(),
      },
    };
    const granted = Object.fromEntries(type.needs.map((need) => [need, all[need]]));
    return { ...granted, ceremony: this.#ceremony } as RunContext<keyof Needs>;
  }
}
