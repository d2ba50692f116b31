import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { wordRows } from '../base/words.ts';
import { approvalSignaturePath, approvalStatementPath } from '../pack/layout.ts';
import { leftBy } from '../plan/left-steps.ts';
import { type Plan, type PlannedStep, stepsOf } from '../plan/plan.ts';
import { exchangesIn, inPlaceOf } from '../plan/plan-in-force.ts';
import { stepFrames } from '../plan/step-frames.ts';
import type { Guard, Interjection } from '../ports.ts';
import { DEVIATION_CLASS, deviationStatementBytes, deviationTextFault, leavesStep } from '../quorum/deviation.ts';
import { type Roster, ruleFor } from '../quorum/roster.ts';
import type { DeviationEvent } from '../transcript/event.ts';
import type { Attendance } from './attendance.ts';
import type { Recorder } from './recorder.ts';
import { TYPISTS } from './typed-head.ts';
import { holdToFields, holdToSeats, holdToStep, holdToTexts, type Room } from './wishes.ts';

/** A step is left by an approved way: it is skipped, or run again. No refusal. */
export class StepLeft extends Error {
  readonly effect: 'skip' | 'repeat';

  constructor(effect: 'skip' | 'repeat') {
    super(`the step is left: ${effect}`);
    this.name = 'StepLeft';
    this.effect = effect;
  }
}

export interface InterjectionsInput {
  /** The one in force. */
  readonly plan: () => Plan;
  /** The one in force: none in a first enrolment, until it has made one. */
  readonly roster: () => Roster;
  /** Who is here, and who may come. */
  readonly room: () => Room;
  readonly guard: Guard;
  readonly recorder: Recorder;
  readonly ceremony: () => Sha256;
  readonly write: (path: string, bytes: Uint8Array) => Promise<void>;
  /** Whether an operation is proposed and neither done nor void. */
  readonly isProposed: () => boolean;
  /** Whether the ceremony was aborted, and only what is done always is left. */
  readonly isEnding: () => boolean;
}

interface Unapproved {
  readonly seq: number;
  readonly statement: Uint8Array;
  readonly approved: Set<string>;
}

export type SaidDeviation = Omit<DeviationEvent, 'type' | 'step'>;

/** What people want at a prompt instead of answering: a deviation, an exchange, a pause, a correction, the end. */
export class Interjections {
  readonly #input: InterjectionsInput;
  readonly #unapproved: Unapproved[] = [];

  constructor(input: InterjectionsInput) {
    this.#input = input;
  }

  get isEnding(): boolean {
    return this.#input.isEnding();
  }

  /** After an interruption, from the record: what was deviated from and is not approved yet is still to be approved. */
  async recall(read: (path: string) => Promise<Uint8Array>): Promise<void> {
    const { recorder, roster, guard, write } = this.#input;
    for (const event of recorder.events) {
      if (event.type !== 'deviation') continue;
      const need = roster().classes.get(DEVIATION_CLASS)?.need ?? Number.POSITIVE_INFINITY;
      const approved = recorder.events.flatMap((one) =>
        one.type === 'approval' && one.proposal === event.seq ? [one.seat] : [],
      );
      // An accepted quirk is one for the new guard, too: it has nothing but these approvals.
      if (approved.length >= need && event.effect !== 'quirk') continue;
      const statement = this.#statementOf(event, recorder.headAt(event.seq));
      await write(approvalStatementPath(event.seq), statement);
      const approvals: { seat: string; signature: Uint8Array }[] = [];
      for (const seat of approved)
        approvals.push({ seat, signature: await read(approvalSignaturePath(event.seq, seat)) });
      await guard.deviate(statement, approvals);
      if (approved.length < need) this.#unapproved.push({ seq: event.seq, statement, approved: new Set(approved) });
    }
  }

  #statementOf(event: DeviationEvent & { readonly seq: number }, head: Sha256): Uint8Array {
    const { seq, step, what, why, effect, names } = event;
    const ceremony = this.#input.ceremony();
    return deviationStatementBytes({ ceremony, deviation: head, effect, event: seq, names, step, what, why });
  }

  /** @throws StepLeft; CeremonyError CEREMONY_ABORTED, and refusals of what cannot be done: nothing has changed then */
  async heed(wish: Interjection, step: PlannedStep, attendance: Attendance): Promise<void> {
    holdToTexts(wish);
    switch (wish.interject) {
      case 'abort':
        if (this.isEnding) {
          throw new CeremonyError(
            'ABORT_REFUSED',
            'the ceremony is being ended already: its last acts are done in any case',
            {
              hint: 'go on, so that the pack can be sealed',
            },
          );
        }
        throw new CeremonyError('CEREMONY_ABORTED', `the people ended the ceremony: ${wish.why}`);
      case 'deviation':
        holdToStep(wish.effect, step);
        return await this.#deviation({ ...wish, names: [] }, step, attendance);
      case 'exchange':
        holdToSeats(wish, this.#input.room());
        return await this.#deviation(
          { ...wish, effect: 'exchange', names: [wish.leaves, wish.comes] },
          step,
          attendance,
        );
      case 'pause':
        return await this.#pause(wish, step, attendance);
      case 'correction':
        return await this.#correct(wish, step);
    }
  }

  /**
   * Has the quorum approve what is not approved yet.
   * @throws CeremonyError DEVIATION_UNAPPROVED when too few do
   */
  async approveAll(attendance: Attendance): Promise<void> {
    // Another one may be said while one is approved: it is approved then, or here.
    for (let [deviation] = this.#unapproved; deviation; [deviation] = this.#unapproved) {
      await this.#approve(deviation, attendance);
      if (!this.#unapproved.includes(deviation)) continue;
      throw new CeremonyError(
        'DEVIATION_UNAPPROVED',
        `the deviation of event ${deviation.seq} has not been approved; no HSM is used before`,
        { hint: 'have it approved, or abort' },
      );
    }
  }

  async #deviation(
    { what, why, effect, names, agreed }: SaidDeviation,
    step: PlannedStep,
    attendance: Attendance,
  ): Promise<void> {
    const { recorder, roster } = this.#input;
    const canApprove = roster().classes.has(DEVIATION_CLASS);
    if (!canApprove && effect !== 'none')
      throw new CeremonyError(
        'DEVIATION_REFUSED',
        'there is no roster yet, so nobody can approve that a step is left',
        {
          hint: 'record the deviation without leaving the step, or abort',
        },
      );
    const deviation = await this.#record({ what, why, effect, names, agreed }, step);
    // Before a first roster is made there is nobody to ask; it is asked before the sign-off.
    if (!canApprove) return;
    const options = [
      { name: 'now', text: 'the quorum approves it now' },
      { name: 'later', text: 'later: before the HSM is used next' },
    ];
    if (effect !== 'none' || (await attendance.choose({ text: 'The deviation needs approval.', options })) === 'now')
      await this.#approve(deviation, attendance);
    if (effect === 'none') return;
    if (this.#unapproved.includes(deviation)) {
      const stays = effect === 'exchange' ? 'everybody stays where they are' : 'the step stays as it is';
      throw new CeremonyError('DEVIATION_UNAPPROVED', `the deviation was not approved: ${stays}`, {
        hint: 'before the HSM is used next it must be approved all the same, or the ceremony ends',
      });
    }
    if (leavesStep(effect)) throw new StepLeft(effect);
    // Nothing was done yet by whoever left: the step begins again with whoever came.
    const run = stepFrames(recorder.events).at(-1);
    if (run && leftBy(run, ruleFor(roster(), DEVIATION_CLASS).need)) throw new StepLeft('repeat');
  }

  /** The ceremony goes on after an interruption: the quorum approves that before an HSM is used again. */
  async goOn(said: Omit<SaidDeviation, 'effect' | 'names'>, step: PlannedStep): Promise<void> {
    await this.#record({ ...said, effect: 'resume', names: [] }, step);
  }

  /** The key that the HSM has made is used though it does not report all of it: if the quorum accepts that. */
  async acceptQuirks(step: PlannedStep, { details }: CeremonyError, attendance: Attendance): Promise<void> {
    const hsm = String(details?.['hsm']);
    const quirks = details?.['quirks'] as readonly string[];
    const seat = attendance.inCharge;
    const text = 'Why may the key be used all the same?';
    const why = await attendance.terminal.ask({
      step: step.key,
      seat,
      text,
      kind: 'text',
      problem: deviationTextFault,
    });
    const what = `"${hsm}" does not report what is named here of the key that it has made, and the key is used`;
    await this.#record({ what, why, effect: 'quirk', names: [hsm, ...quirks], agreed: [seat] }, step);
  }

  /** In the record and known to the guard: from here on nothing is proposed and nobody signs off without its approval. */
  async #record({ what, why, effect, names, agreed }: SaidDeviation, step: PlannedStep): Promise<Unapproved> {
    const { recorder, guard, write } = this.#input;
    const data: DeviationEvent = {
      type: 'deviation',
      step: step.key,
      what,
      why,
      effect,
      names,
      agreed: [...agreed].sort(),
    };
    const { event, head } = await recorder.commit(data);
    const statement = this.#statementOf({ ...data, seq: event.seq }, head);
    await write(approvalStatementPath(event.seq), statement);
    await guard.deviate(statement);
    const deviation: Unapproved = { seq: event.seq, statement, approved: new Set() };
    this.#unapproved.push(deviation);
    return deviation;
  }

  /** Collects approvals until the quorum is met, somebody declines, or people leave it for later. */
  async #approve(deviation: Unapproved, attendance: Attendance): Promise<void> {
    const { roster, guard, recorder, write } = this.#input;
    const rule = ruleFor(roster(), DEVIATION_CLASS);
    const asked = new Set(deviation.approved);
    while (deviation.approved.size < rule.need) {
      const left = this.#able().filter((seat) => !asked.has(seat));
      const missing = rule.need - deviation.approved.size;
      // Too few are left who have neither declined nor given way: it stays unapproved, and people go on from there.
      if (left.length < missing) return;
      const tally = { of: this.#nameOf(deviation), approved: [...deviation.approved], able: left, missing };
      const seat = await attendance.nextToApprove([tally], undefined);
      // Somebody else may be here now.
      if (seat === undefined) continue;
      asked.add(seat);
      const answer = await attendance.attendedOr(seat, () => guard.approveDeviation(seat, deviation.statement), [
        'other',
      ]);
      if (typeof answer === 'string') continue;
      const [decision] = answer.decisions;
      if (!decision) throw new CeremonyError('GUARD_DIED', `the guard gave no decision of "${seat}" on the deviation`);
      if ('declined' in decision) {
        await recorder.commit({ type: 'declined', proposal: deviation.seq, seat, reason: decision.declined });
        continue;
      }
      await write(approvalSignaturePath(deviation.seq, seat), decision.signature);
      await recorder.commit({
        type: 'approval',
        proposal: deviation.seq,
        seat,
        signature: sha256(decision.signature),
        token: decision.token,
        origin: decision.origin,
      });
      deviation.approved.add(seat);
    }
    this.#unapproved.splice(this.#unapproved.indexOf(deviation), 1);
  }

  /** Those who are here and may approve a deviation. */
  #able(): string[] {
    const { roster, plan } = this.#input;
    const { role } = ruleFor(roster(), DEVIATION_CLASS);
    const present = new Set(Object.values(plan().seats).flat());
    return roster()
      .members.filter((member) => member.role === role && member.evidence === 'token' && present.has(member.seat))
      .map((member) => member.seat);
  }

  #nameOf({ seq }: Unapproved): string {
    const event = this.#input.recorder.events[seq - 1];
    return `To approve: the deviation "${event?.type === 'deviation' ? event.what : ''}"`;
  }

  async #pause(
    { why, stays }: Extract<Interjection, { interject: 'pause' }>,
    step: PlannedStep,
    attendance: Attendance,
  ): Promise<void> {
    const { recorder, guard, plan } = this.#input;
    if (this.#input.isProposed()) {
      throw new CeremonyError('PAUSE_REFUSED', 'operations are proposed and not done; nobody leaves them lying', {
        hint: 'go on to the end of this act, or abort',
      });
    }
    const seats = [...stays].sort();
    if (new Set(seats).size < TYPISTS)
      throw new CeremonyError('PAUSE_REFUSED', `${TYPISTS} people stay with the equipment while the others leave`);
    await guard.lock();
    const { head } = recorder;
    const frame = { type: 'pause', step: step.key, why, stays: seats, head } as const;
    await recorder.commit({ ...frame, phase: 'begin', typedBy: [] });
    const rows = wordRows(head);
    await attendance.say([
      'PAUSE. The HSM is locked. Write the head of the record on every paper copy:',
      ...rows.map((row) => `${row.number}  ${row.words.join('  ')}`),
      `${seats.join(' and ')} stay with the equipment.`,
    ]);
    await attendance.choose({
      text: 'Is everybody back?',
      options: [{ name: 'back', text: 'yes: go on, two people type the last row from their paper' }],
    });
    const typedBy: string[] = [];
    while (typedBy.length < TYPISTS) {
      const left = Object.values(plan().seats)
        .flat()
        .filter((seat) => !typedBy.includes(seat));
      const text = `${typedBy.length === 0 ? 'Who' : 'Who else'} types the head from their paper?`;
      const seat = await attendance.choose({ text, options: left.map((name) => ({ name, text: name })) });
      if (await attendance.typeRow(seat, head)) typedBy.push(seat);
    }
    await recorder.commit({ ...frame, phase: 'end', typedBy });
  }

  async #correct(
    { answer: seq, values, why }: Extract<Interjection, { interject: 'correction' }>,
    step: PlannedStep,
  ): Promise<void> {
    const { recorder, plan } = this.#input;
    const answer = recorder.events[seq - 1];
    const of = answer?.type === 'answer' ? stepsOf(plan()).find((one) => one.key === answer.step) : undefined;
    if (answer?.type !== 'answer' || !of || Object.keys(of.fields).length === 0)
      throw new CeremonyError('CORRECTION_REFUSED', `event ${seq} holds no recorded values`);
    holdToFields(of, answer, values);
    // Whoever typed or checked it may have left since: who took their place does it now.
    const need = this.#input.roster().classes.get(DEVIATION_CLASS)?.need ?? Number.POSITIVE_INFINITY;
    const since = exchangesIn(recorder.events, need).filter((one) => one.since > seq);
    await recorder.commit({
      type: 'correction',
      step: step.key,
      answer: seq,
      seat: inPlaceOf(answer.seat, since),
      checkedBy: answer.checkedBy.map((seat) => inPlaceOf(seat, since)),
      values,
      why,
    });
  }
}
