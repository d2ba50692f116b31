import type { Sha256 } from '../base/digest.ts';
import { CeremonyError, type ErrorCode, EXIT } from '../base/errors.ts';
import { isLastRow } from '../base/words.ts';
import { type Plan, type PlannedStep, stepsOf } from '../plan/plan.ts';
import type { Choice, Copies, Interjection, People, Place, Question, Tally, Terminal } from '../ports.ts';
import type { DecisionEvent, Event } from '../transcript/event.ts';
import type { Interjections } from './interjections.ts';
import type { Recorder } from './recorder.ts';

/** What a person in charge may decide after something went wrong. */
export type Decision = DecisionEvent['choice'];

const OPTIONS: Readonly<Record<Decision, string>> = {
  again: 'try again',
  other: 'another person presents their token instead',
  'propose-again': 'propose the operation again, to be approved anew',
  'accept-quirk': 'accept what the HSM does not report, if the quorum agrees, and look at the key it has made',
  reconcile: 'look at what is on the HSM, record it, and go on from there with new approvals',
  'one-copy': 'go on with one copy of the record: the other is written no more',
  abort: 'end the ceremony here, in order',
};

/** After these nobody is asked: nothing more can be recorded, or nothing more may be done. */
const FINAL: ReadonlySet<ErrorCode> = new Set(['CEREMONY_ABORTED', 'CEREMONY_SIGNED_OFF', 'GUARD_DIED', 'INTERRUPTED']);

/** Whether the program has been cut short, and nobody has decided anything: a later run of it goes on. */
export function isInterruption({ code }: CeremonyError): boolean {
  return code === 'GUARD_DIED' || code === 'INTERRUPTED';
}

/** Whether people can do something about it. What stopped the disk, or was interrupted, stops the ceremony. */
export function isForPeople(error: unknown): error is CeremonyError {
  return error instanceof CeremonyError && error.exitCode !== EXIT.disk && !FINAL.has(error.code);
}

/**
 * The people at a ceremony: asks them, lets them interject at every question, and has them decide when something was
 * refused. What they decide is recorded before it is done.
 */
export class Attendance {
  readonly #people: People;
  readonly #recorder: Recorder;
  /** The one in force. */
  readonly #plan: () => Plan;
  readonly #interjections: Interjections;
  readonly #recorded = new WeakSet<Error>();
  /** Over these people decided to abort: nobody is asked any more. */
  readonly #final = new WeakSet<Error>();
  #place: Place | undefined;
  /** Whether what people wanted instead of answering is being done: nothing is wanted instead of that. */
  #isHeeding = false;

  constructor(people: People, recorder: Recorder, plan: () => Plan, interjections: Interjections) {
    this.#people = people;
    this.#recorder = recorder;
    this.#plan = plan;
    this.#interjections = interjections;
  }

  /** For steps: a question is answered, or the step is left by what people interjected. */
  readonly terminal: Terminal = {
    say: (lines) => this.#people.say(lines),
    ask: (question) => this.#ask(question),
  };

  /** @throws StepLeft, CeremonyError CEREMONY_ABORTED */
  async enter(place: Place): Promise<void> {
    this.#place = place;
    await this.#heed(() => this.#people.enter(place));
  }

  /** @throws StepLeft, CeremonyError CEREMONY_ABORTED */
  async leave(place: Place, recorded: () => readonly Event[]): Promise<void> {
    await this.#heed(() => this.#people.leave(place, recorded()));
  }

  /**
   * @param about is said before people choose, and again when something else was done meanwhile
   * @throws StepLeft; CeremonyError CEREMONY_ABORTED, ANSWER_REFUSED when it was not offered
   */
  async choose(choice: Omit<Choice, 'menu' | 'step'>, about: readonly string[] = []): Promise<string> {
    for (;;) {
      if (about.length > 0) await this.#people.say(about);
      const chosen = await this.#chosen(choice);
      if (chosen !== undefined) return chosen;
    }
  }

  /** @returns undefined when something else was wanted, and is done */
  async #chosen(choice: Omit<Choice, 'menu' | 'step'>): Promise<string | undefined> {
    const chosen = await this.#people.choose({ ...choice, step: this.#step().key, menu: !this.#isHeeding });
    if (typeof chosen !== 'string') {
      await this.#interject(chosen);
      return undefined;
    }
    if (choice.options.some(({ name }) => name === chosen)) return chosen;
    throw new CeremonyError('ANSWER_REFUSED', `"${chosen}" was not offered`);
  }

  /**
   * Whose token comes next, of those who may approve: where more could than must, people say who.
   * @param passed who is not asked at once again, as they have just given way
   * @returns undefined when something else was wanted, and is done: others may be here now
   */
  async nextToApprove(tallies: readonly Tally[], passed: string | undefined): Promise<string | undefined> {
    const able = [...new Set(tallies.flatMap((tally) => tally.able))];
    const missing = Math.max(...tallies.map((tally) => tally.missing));
    const [first] = able;
    if (first !== undefined && able.length <= missing && passed === undefined) {
      const wish = await this.#people.call({ seat: first, tallies, menu: !this.#isHeeding });
      if (!wish) return first;
      await this.#interject(wish);
      return undefined;
    }
    const offered = able.filter((seat) => seat !== passed || able.length === 1);
    const options = offered.map((seat) => ({ name: seat, text: seat }));
    return await this.#chosen({ text: 'Who presents next?', tallies, options });
  }

  async say(lines: readonly string[]): Promise<void> {
    await this.#people.say(lines);
  }

  /** Does what the script wants as if people had wanted it: with nothing else in between. */
  async want(wish: Interjection): Promise<void> {
    await this.#interject(wish);
  }

  /**
   * Tries something that may be refused through no fault of the record: a wrong PIN, a token that is not there. The
   * refusal is recorded, and the person in charge decides; nothing is tried again unasked.
   * @param seat whose token it is; null for an HSM
   * @throws what the attempt threw, when people decide to abort
   */
  async attended<T extends object>(seat: string | null, attempt: () => Promise<T>): Promise<T> {
    return (await this.attendedOr(seat, attempt, [])) as T;
  }

  /** The same, where something else may be decided too: the decision is returned then. */
  async attendedOr<T extends object>(
    seat: string | null,
    attempt: () => Promise<T>,
    more: readonly Decision[],
  ): Promise<T | Decision> {
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (!isForPeople(error)) throw error;
        const seq = await this.refuse(this.#step(), error, seat);
        // What has lapsed does not come back by being tried again.
        const isLapsed = error.code === 'PROPOSAL_EXPIRED' && more.includes('propose-again');
        const decision = await this.decide(
          seq,
          error,
          isLapsed ? ['propose-again', 'abort'] : ['again', ...more.filter((one) => one !== 'propose-again'), 'abort'],
        );
        if (decision === 'again') continue;
        if (decision === 'abort') {
          this.#final.add(error);
          throw error;
        }
        return decision;
      }
    }
  }

  /** Records a refusal, once. @returns its seq */
  async refuse(
    step: PlannedStep,
    error: CeremonyError,
    seat: string | null,
    proposal: number | null = null,
  ): Promise<number> {
    const { code, message } = error;
    if (this.#recorded.has(error)) return this.#recorder.events.length;
    this.#recorded.add(error);
    const { event } = await this.#recorder.commit({ type: 'refusal', step: step.key, code, message, seat, proposal });
    return event.seq;
  }

  /** Says what went wrong, asks what is to be done, and records it. @param about seq of what it is about */
  async decide<D extends Decision>(about: number, error: CeremonyError, choices: readonly D[]): Promise<D> {
    const step = this.#step();
    // What is ended in order already is not ended once more: its last acts are done.
    const offered = choices.filter((name) => name !== 'abort' || !this.#interjections.isEnding || choices.length === 1);
    const options = offered.map((name) => ({ name, text: OPTIONS[name] }));
    const choice = (await this.choose({ text: 'What is to be done?', options }, saying(error))) as D;
    await this.#recorder.commit({ type: 'decision', step: step.key, seat: this.#inCharge(step), about, choice });
    return choice;
  }

  /**
   * Where one of two copies of the record has been lost, people decide how it goes on before the next line does. With
   * both lost no line is written, and nothing goes on.
   * @throws CeremonyError CEREMONY_ABORTED
   */
  async holdCopies(copies: Copies): Promise<void> {
    let { lost } = copies;
    while (lost) {
      const seq = await this.refuse(this.#step(), lost, null);
      const decision = await this.decide(seq, lost, ['again', 'one-copy', 'abort']);
      if (decision === 'abort')
        throw new CeremonyError('CEREMONY_ABORTED', `the people ended the ceremony: ${lost.message}`, { cause: lost });
      const failed = decision === 'again' ? await notRestored(copies) : copies.forgo();
      lost = failed ?? copies.lost;
    }
  }

  /**
   * The last row of a digest's words, typed from paper by that person.
   * @returns whether it was the right one; what was not is recorded
   */
  async typeRow(seat: string, digest: Sha256): Promise<boolean> {
    for (;;) {
      const typed = await this.#people.ask({
        step: this.#step().key,
        seat,
        text: 'Type the last row of the head from your paper',
        kind: 'words',
        shown: digest,
        against: 'paper',
        subject: 'head',
      });
      if (typeof typed !== 'string') {
        if (typed.interject === 'abort') await this.#interject(typed);
        else
          await this.#people.say([
            'The ceremony pauses: the words are typed, or it is aborted; nothing else is done now.',
          ]);
        continue;
      }
      if (isLastRow(typed, digest)) return true;
      const error = new CeremonyError('COMPARISON_FAILED', `what "${seat}" typed is not the last row of the head`);
      await this.refuse(this.#step(), error, seat);
      await this.#people.say([`${error.code}: ${error.message}`]);
      return false;
    }
  }

  async #ask(question: Question): Promise<string> {
    for (;;) {
      const typed = await this.#people.ask(question);
      if (typeof typed !== 'string') {
        await this.#interject(typed);
        continue;
      }
      const problem = question.problem?.(typed) ?? question.doubt?.(typed);
      if (problem === undefined) return typed;
      const options = [
        { name: 'again', text: 'type it again' },
        { name: 'abort', text: 'it is what was meant: let the ceremony end here, in order' },
        // What is ended already is not ended once more.
      ].filter(({ name }) => name === 'again' || !this.#interjections.isEnding);
      const choice = await this.choose({ text: `"${typed}": ${problem}`, options });
      // What was typed goes to the step, which refuses it.
      if (choice !== 'again') return typed;
    }
  }

  async #heed(ask: () => Promise<Interjection | undefined>): Promise<void> {
    for (;;) {
      const interjection = await ask();
      if (!interjection) return;
      await this.#interject(interjection);
    }
  }

  async #interject(interjection: Interjection): Promise<void> {
    const before = this.#isHeeding;
    this.#isHeeding = true;
    try {
      await this.#interjections.heed(interjection, this.#step(), this);
    } catch (error) {
      if (!isForPeople(error) || this.#final.has(error)) throw error;
      // What could not be done as people wanted it is said, and the question stands.
      await this.refuse(this.#step(), error, null);
      await this.#people.say(saying(error));
    } finally {
      this.#isHeeding = before;
    }
  }

  #step(): PlannedStep {
    if (!this.#place) throw new Error('nobody is asked before the first step');
    return this.#place.step;
  }

  /** Whoever is in charge of the step that is open. */
  get inCharge(): string {
    return this.#inCharge(this.#step());
  }

  /** Whoever does the step as it began may have left since. */
  #inCharge(begun: PlannedStep): string {
    const plan = this.#plan();
    const step = stepsOf(plan).find((one) => one.key === begun.key) ?? begun;
    return step.by[0] ?? Object.values(plan.seats).flat()[0] ?? '';
  }
}

/** @returns why it could not be, which is refused anew */
async function notRestored(copies: Copies): Promise<CeremonyError | undefined> {
  try {
    await copies.restore();
    return undefined;
  } catch (error) {
    if (!(error instanceof CeremonyError) || isInterruption(error)) throw error;
    return error;
  }
}

function saying({ code, message, hint }: CeremonyError): string[] {
  return [`${code}: ${message}`, ...(hint === undefined ? [] : [hint])];
}
