import { z } from 'zod';
import { addDuration, durationMs, parseUtc } from '../base/dates.ts';
import { ADJOURNED, PLANNED_WHY } from '../plan/adjournment.ts';
import { defineStep } from '../plan/step-type.ts';
import { openApprovals } from '../plan/world.ts';
import { fixedDuration } from '../script/schema/dates.ts';
import type { Event } from '../transcript/event.ts';
import { judgeSaidDone, sayDone } from './said-done.ts';

/**
 * The day ends, and the ceremony goes on another day: everything is put away, the program ends with the act, and
 * `run --resume` goes on after it, from the head that everybody has on paper.
 */
export const adjourn = defineStep({
  name: 'adjourn',
  version: 1,
  summary: 'End the day: everything is put away, the program ends, and goes on another day with --resume.',
  irreversible: false,
  needs: ['guard', 'terminal'],
  schema: z.strictObject({
    'at-most': fixedDuration,
    return: z.literal('head-words', { error: '"head-words"' }),
  }),
  simulate(params, world, { step, act, plan, window, find, report }) {
    if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody ends the day', 'add "by:"');
    if (step.key !== step.id) report('PLAN_ORDER', ['each'], 'the day ends once, for everybody');
    if (act.steps.at(-1)?.key !== step.key)
      report('PLAN_ORDER', ['step'], 'the day ends in the midst of an act', 'make it the last step of its act');
    if (act.always) report('PLAN_ORDER', ['step'], 'the day ends in an act that is done on abort too');
    const [from, until] = window;
    if (parseUtc(until) < addDuration(parseUtc(from), params['at-most']))
      report(
        'PLAN_AUTHORIZATION',
        ['with', 'at-most'],
        `the ceremony may go on ${params['at-most']} later, and its window is from ${from} to ${until}`,
        'authorize a window that holds all its days',
      );
    for (const token of world.tokens.values()) {
      if (token.active) report('PLAN_ORDER', ['step'], `the HSM "${token.name}" is unlocked when people leave`);
    }
    for (const [id] of openApprovals(world)) {
      if (find(id)?.act === step.act)
        report('PLAN_ORDER', ['step'], `"${id}" is approved and not done when people leave`);
    }
    for (const { kind, holds, name, units } of plan.materials) {
      // What the program runs on and from is put into its bag when it has ended.
      if (kind === 'computer' || holds === 'system-image') continue;
      const open = units.filter(({ unit }) => world.custody.get(unit)?.state === 'open').map(({ unit }) => `"${unit}"`);
      if (open.length > 0)
        report(
          'PLAN_CUSTODY',
          ['step'],
          `${open.join(', ')} lies open when everybody leaves for the day`,
          `a "seal" or "hand-over" step of "${name}" comes before it`,
        );
    }
    if (world.inRoom.size > 0)
      report(
        'PLAN_ORDER',
        ['step'],
        `${[...world.inRoom].map((seat) => `"${seat}"`).join(', ')} did not sign out before the day ended`,
        'a "sign-out" step, each: all, comes before it',
      );
    // Whatever was seen of an HSM was seen before it was put away.
    const tokens = new Map([...world.tokens].map(([name, token]) => [name, { ...token, inspected: false }]));
    return { ...world, tokens, signedIn: new Set<string>(), adjourned: step.id };
  },
  describe: (params) => [
    `The ceremony goes on at most ${params['at-most']} later, with "run --resume". Everything is in its bag.`,
    'The program ends with this act. The computer goes into its bag then: its number is written here.',
  ],
  paper: () => [
    { kind: 'lines', name: 'bag of the computer', hint: 'read by two when it is sealed', lines: 1 },
    { kind: 'lines', name: 'back on, at', hint: 'UTC, and who opened the bag', lines: 1 },
  ],
  async *run(params, step, { guard, terminal }) {
    await guard.lock();
    yield* sayDone(step, terminal);
    yield {
      type: 'observation',
      step: step.key,
      subject: ADJOURNED,
      facts: { atMost: params['at-most'] },
    };
  },
  verify(params, step, own, { events }) {
    const fault = (message: string) => ({
      check: 'STEP-ADJOURN',
      message: `step ${step.number} "${step.key}": ${message}`,
      where: 'events.jsonl',
    });
    const said = judgeSaidDone(step, own);
    const seen = own.find((event) => event.type === 'observation' && event.subject === ADJOURNED);
    if (seen?.type !== 'observation') return [...said, fault('nothing says that the day ended')];
    const faults: string[] = [];
    if (seen.facts['atMost'] !== params['at-most'])
      faults.push(
        `it says at most ${JSON.stringify(seen.facts['atMost'] ?? null)}; the plan says ${params['at-most']}`,
      );
    const after = events.filter(({ seq }) => seq > (own.at(-1)?.seq ?? 0));
    const ended = after.find((event) => event.type === 'act' && event.phase === 'end');
    const next = after.find(({ seq }) => seq > (ended?.seq ?? Number.POSITIVE_INFINITY));
    if (next && next.type !== 'resume')
      faults.push(`the program went on with event ${next.seq}, and was to end with the act`);
    else if (ended && next && isUnexplained(after, next, parseUtc(next.at) - parseUtc(ended.at), params['at-most']))
      faults.push(
        `it went on ${(parseUtc(next.at) - parseUtc(ended.at)) / 1000} s later, and ${params['at-most']} were planned; nobody said why`,
      );
    return [...said, ...faults.map(fault)];
  },
});

/** Whether it took longer than planned, and what the quorum read when it went on is that it went as planned. */
function isUnexplained(after: readonly Event[], resume: Event, took: number, planned: string): boolean {
  if (took <= durationMs(planned)) return false;
  const said = after.find((event) => event.seq > resume.seq && event.type === 'deviation' && event.effect === 'resume');
  return said?.type === 'deviation' && said.why === PLANNED_WHY;
}
