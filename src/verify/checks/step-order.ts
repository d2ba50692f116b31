import type { ErrorCode } from '../../base/errors.ts';
import { deviationNeed, leftBy } from '../../plan/left-steps.ts';
import type { Plan, PlannedStep } from '../../plan/plan.ts';
import { stepFrames } from '../../plan/step-frames.ts';
import type { Event } from '../../transcript/event.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const stepOrder = defineCheck({
  id: 'STEP-ORDER',
  title:
    'acts and steps were run as planned: all of them, in order; twice only what was repeated, cut short, or begun again by whoever came for somebody',
  needs: ['events', 'roster', 'plan'],
  run({ events, roster, plan }, { report }) {
    let expected = marksOf(plan, () => true);
    const repeated = repeatedRuns(events, deviationNeed(roster, plan));
    let next = 0;
    let act = -1;
    let step: string | undefined;
    let ended = 0;
    let aborted = false;
    // Checks that are done again after an interruption, before the plan goes on; in an act, like every step.
    let again: readonly string[] = [];
    let isAgain = false;
    for (const event of events) {
      if (event.type === 'abort') {
        expected = afterAbort(plan, act, step, event.code === BY_PEOPLE);
        next = 0;
        again = [];
        aborted = true;
      }
      // What a crash cut short is begun again, and so is what an approved deviation repeats.
      if (event.type === 'resume') {
        if (again.length === 0 && step !== undefined && expected[next] === ends(step)) next -= 1;
        else if (repeated.has(ended) && !isAgain) next -= 2;
        ended = 0;
        again = aborted ? [] : repeatedChecks(plan, events, event.seq);
      }
      if (event.type === 'step' && event.phase === 'begin' && repeated.has(ended) && event.step === step) {
        if (isAgain) again = [begins(step), ends(step), ...again];
        else next -= 2;
      }
      for (const mark of marksIn(event)) {
        const [first, ...others] =
          expected[next]?.startsWith('act ') && expected[next]?.endsWith(' begins') ? [] : again;
        const due = first ?? expected[next];
        if (mark !== due) {
          report(at(event), `${mark}; the plan says ${due ?? 'that nothing follows'}`);
          return;
        }
        isAgain = first !== undefined;
        if (isAgain) again = others;
        else next += 1;
      }
      if (event.type === 'act') act = event.act;
      if (event.type === 'step') {
        step = event.step;
        ended = event.seq;
      }
    }
    const last = events[events.length - 1];
    // The closing event is the last one, so the step and the act that hold it stay open.
    const rest = expected.slice(next).filter((mark) => !mark.endsWith(' ends'));
    if (last?.type === 'close' && rest.length > 0) report(at(last), `the transcript closes; the plan says ${rest[0]}`);
  },
});

/** What is done again after an interruption: the clock may have stopped, and the computer may be another. */
const CHECKED_AGAIN = new Set(['check-clock', 'check-environment']);

/** The marks of those checks that had been done before an interruption. */
function repeatedChecks(plan: Plan, events: readonly Event[], before: number): readonly string[] {
  const done = new Set(
    events.flatMap((event) =>
      event.type === 'step' && event.phase === 'end' && event.seq < before ? [event.step] : [],
    ),
  );
  return plan.acts
    .flatMap((act) => act.steps)
    .filter((step) => CHECKED_AGAIN.has(step.type) && done.has(step.key))
    .flatMap(marksOfStep);
}

/** The last event of each run of a step that an approved deviation has run again. */
function repeatedRuns(events: readonly Event[], need: number): ReadonlySet<number> {
  return new Set(
    stepFrames(events)
      .filter((frame) => leftBy(frame, need)?.to === 'repeat')
      .map((frame) => frame.events.at(-1)?.seq ?? 0),
  );
}

function marksOf(plan: Plan, wanted: (act: Plan['acts'][number]) => boolean): readonly string[] {
  return plan.acts
    .filter(wanted)
    .flatMap(({ index, steps }) => [`act ${index + 1} begins`, ...steps.flatMap(marksOfStep), `act ${index + 1} ends`]);
}

function marksOfStep({ key }: PlannedStep): readonly string[] {
  return [begins(key), ends(key)];
}

function begins(key: string): string {
  return `step "${key}" begins`;
}

function ends(key: string): string {
  return `step "${key}" ends`;
}

/** Code of an abort by people, not by something that went wrong. */
const BY_PEOPLE: ErrorCode = 'CEREMONY_ABORTED';

/**
 * The rest of the act that was open when it is one that is done always, its end, and the later acts of that kind. The
 * step at which people ended it is of the rest: nothing had gone wrong with it.
 */
function afterAbort(plan: Plan, index: number, key: string | undefined, byPeople: boolean): readonly string[] {
  const open = plan.acts.find((act) => act.index === index);
  const failed = open?.steps.findIndex((step) => step.key === key) ?? -1;
  const rest = open?.always ? open.steps.slice(byPeople ? Math.max(failed, 0) : failed + 1) : [];
  return [
    ...rest.flatMap(marksOfStep),
    `act ${index + 1} ends`,
    ...marksOf(plan, (act) => act.always && act.index > index),
  ];
}

function marksIn(event: Event): readonly string[] {
  if (event.type === 'act') return [`act ${event.act + 1} ${event.phase}s`];
  if (event.type !== 'step') return [];
  return [
    ...(event.phase === 'end' ? [] : [begins(event.step)]),
    ...(event.phase === 'begin' ? [] : [ends(event.step)]),
  ];
}
