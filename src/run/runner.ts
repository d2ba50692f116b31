import { canonicalJson } from '../base/canonical-json.ts';
import type { Sha256 } from '../base/digest.ts';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { type Plan, type PlannedAct, type PlannedStep, stepsOf } from '../plan/plan.ts';
import type { Ceremony, Needs, RunContext, Running, StepType } from '../plan/step-type.ts';
import type { Clock, Files, Guard, Issue, Machine, Medium, Random, Terminal } from '../ports.ts';
import type { Authorization } from '../quorum/authorization.ts';
import type { Roster } from '../quorum/roster.ts';
import type { Event, OpeningEvent } from '../transcript/event.ts';
import { OperationDesk } from './operations.ts';
import { Recorder } from './recorder.ts';

export interface RunInput {
  readonly plan: Plan;
  readonly roster: Roster;
  readonly authorization: Authorization;
  readonly opening: OpeningEvent;
  readonly stepTypes: ReadonlyMap<string, StepType>;
  readonly files: Files;
  readonly media: (name: string) => readonly Medium[];
  readonly guard: Guard;
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly random: Random;
  readonly issue: Issue;
  readonly machine: Machine;
  /** Told of each step as it begins: narration for whoever watches. */
  readonly onStep: (step: PlannedStep, act: PlannedAct, position: { index: number; of: number }) => void;
}

export interface RunOutcome {
  readonly ceremony: Sha256;
  readonly head: Sha256;
  readonly events: readonly Event[];
  readonly outcome: 'complete' | 'aborted';
  /** Why it was aborted. */
  readonly error: CeremonyError | undefined;
}

/**
 * Runs a plan, act by act, step by step: the one loop, for rehearsal and production alike. What a step yields is
 * durable before its next line runs. A refusal is recorded, ends the ceremony in order (acts that are done always
 * still run), and the outcome is `aborted`.
 * @throws what is no CeremonyError; a CeremonyError of an act that is done always, after another, or of writing the
 *   transcript: then nothing can be sealed
 */
export async function runCeremony(input: RunInput): Promise<RunOutcome> {
  return await new Runner(input).run();
}

class Runner {
  readonly #input: RunInput;
  readonly #recorder: Recorder;
  readonly #desk: OperationDesk;
  #ceremony: Ceremony | undefined;
  #failure: CeremonyError | undefined;

  constructor(input: RunInput) {
    this.#input = input;
    this.#recorder = new Recorder(input.files, input.clock, input.random);
    this.#desk = new OperationDesk({
      guard: input.guard,
      clock: input.clock,
      roster: input.roster,
      present: Object.values(input.plan.seats).flat(),
      write: (path, bytes) => input.files.create(path, bytes),
      events: () => this.#recorder.events,
      media: input.media,
      envelopesOf: (hsm) => {
        const step = stepsOf(input.plan).find(
          (one) => one.operation === 'prepare-token' && one.params['token'] === hsm,
        );
        return step?.params['envelopes'] as string | undefined;
      },
      material: (step, at) => {
        const type = this.#typeOf(step);
        if (!type.propose)
          throw new CeremonyError('DESCRIPTOR_INVALID', `a step of type "${step.type}" proposes nothing`);
        return type.propose(step.params, step, this.#contextOf(type), at);
      },
    });
  }

  async run(): Promise<RunOutcome> {
    const { plan, guard, opening } = this.#input;
    const { event } = await this.#recorder.commit(opening);
    const id = sha256(canonicalJson(event));
    await guard.begin(id);
    this.#ceremony = {
      id,
      plan,
      roster: this.#input.roster,
      authorization: this.#input.authorization,
      head: () => this.#recorder.head,
      events: () => this.#recorder.events,
      outcome: () => (this.#failure ? 'aborted' : 'complete'),
    };
    for (const act of plan.acts) {
      if (this.#failure && !act.always) continue;
      await this.#act(act);
    }
    return {
      ceremony: id,
      head: this.#recorder.head,
      events: this.#recorder.events,
      outcome: this.#failure ? 'aborted' : 'complete',
      error: this.#failure,
    };
  }

  async #act(act: PlannedAct): Promise<void> {
    const { title, index } = act;
    await this.#recorder.commit({ type: 'act', act: index, title, phase: 'begin' });
    for (const step of act.steps) {
      try {
        if (await this.#step(step, act)) return;
      } catch (error) {
        if (!(error instanceof CeremonyError) || this.#failure) throw error;
        await this.#abort(step, error);
        if (!act.always) break;
      }
    }
    await this.#recorder.commit({ type: 'act', act: index, title, phase: 'end' });
  }

  /** @returns whether the transcript is closed: then nothing follows, not even the end of the step */
  async #step(step: PlannedStep, act: PlannedAct): Promise<boolean> {
    const { key, number, type: kind, by, check } = step;
    const frame = { type: 'step', step: key, number, kind, by, check } as const;
    const steps = stepsOf(this.#input.plan);
    this.#input.onStep(step, act, { index: steps.indexOf(step) + 1, of: steps.length });
    if (step.when && this.#answerOf(step.when.answer) !== step.when.is) {
      await this.#recorder.commit({
        ...frame,
        phase: 'skip',
        why: `"${step.when.answer}" was not answered ${step.when.is}`,
      });
      return false;
    }
    await this.#recorder.commit({ ...frame, phase: 'begin', why: '' });
    const type = this.#typeOf(step);
    await this.#drain(type.run(step.params, step, this.#contextOf(type)));
    if (this.#recorder.events.at(-1)?.type === 'close') return true;
    await this.#recorder.commit({ ...frame, phase: 'end', why: '' });
    return false;
  }

  async #drain(running: Running): Promise<void> {
    let next = await running.next(undefined as never);
    while (!next.done) {
      let committed: Awaited<ReturnType<Recorder['commit']>>;
      try {
        committed = await this.#recorder.commit(next.value);
      } catch (error) {
        await running.return(undefined as never);
        throw error;
      }
      next = await running.next(committed);
    }
  }

  async #abort(step: PlannedStep, error: CeremonyError): Promise<void> {
    const { code, message } = error;
    const proposed = this.#recorder.events.findLast((event) => event.type === 'proposed' && event.step === step.key);
    this.#failure = error;
    let notLocked: CeremonyError | undefined;
    try {
      await this.#refuse(step, error, proposed?.seq ?? null);
    } finally {
      // Whatever failed, be it the disk, the HSM is locked before anything else is done.
      notLocked = await this.#lock();
    }
    if (notLocked) await this.#refuse(step, notLocked, null);
    await this.#recorder.commit({ type: 'abort', step: step.key, code, message });
  }

  async #refuse(step: PlannedStep, { code, message }: CeremonyError, proposal: number | null): Promise<void> {
    await this.#recorder.commit({ type: 'refusal', step: step.key, code, message, seat: null, proposal });
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

  #answerOf(step: string): string | undefined {
    const answer = this.#recorder.events.findLast((event) => event.type === 'answer' && event.step === step);
    return answer?.type === 'answer' ? String(answer.values['answer']) : undefined;
  }

  #typeOf(step: PlannedStep): StepType {
    const type = this.#input.stepTypes.get(step.type);
    if (!type) throw new CeremonyError('SCRIPT_NOT_SUPPORTED', `there is no step type "${step.type}"`);
    return type;
  }

  /** Only what the step type declared: the rest is not there to be reached. */
  #contextOf(type: StepType): RunContext<keyof Needs> {
    const { terminal, clock, random, guard, issue, machine, media, files } = this.#input;
    const all: Needs = {
      terminal,
      clock,
      random,
      guard,
      issue,
      machine,
      media,
      operations: this.#desk,
      pack: {
        add: async function* (step, path, bytes) {
          await files.create(path, bytes);
          yield { type: 'file', step: step.key, path, sha256: sha256(bytes), size: bytes.length, medium: null };
        },
        read: (path) => files.read(path),
        list: () => files.list(),
      },
    };
    const granted = Object.fromEntries(type.needs.map((need) => [need, all[need]]));
    return { ...granted, ceremony: this.#ceremony } as RunContext<keyof Needs>;
  }
}
