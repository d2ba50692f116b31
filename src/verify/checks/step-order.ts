import type { Plan, PlannedStep } from '../../plan/plan.ts';
import type { Event } from '../../transcript/event.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const stepOrder = defineCheck({
  id: 'STEP-ORDER',
  title: 'acts and steps were run as planned: all of them, in order, none twice',
  needs: ['events', 'plan'],
  run({ events, plan }, { report }) {
    let expected = marksOf(plan, () => true);
    let next = 0;
    let act = -1;
    let step: string | undefined;
    for (const event of events) {
      if (event.type === 'abort') {
        expected = afterAbort(plan, act, step);
        next = 0;
      }
      for (const mark of marksIn(event)) {
        if (mark !== expected[next]) {
          report(at(event), `${mark}; the plan says ${expected[next] ?? 'that nothing follows'}`);
          return;
        }
        next += 1;
      }
      if (event.type === 'act') act = event.act;
      if (event.type === 'step') step = event.step;
    }
    const last = events[events.length - 1];
    // The closing event is the last one, so the step and the act that hold it stay open.
    const rest = expected.slice(next).filter((mark) => !mark.endsWith(' ends'));
    if (last?.type === 'close' && rest.length > 0) report(at(last), `the transcript closes; the plan says ${rest[0]}`);
  },
});

function marksOf(plan: Plan, wanted: (act: Plan['acts'][number]) => boolean): readonly string[] {
  return plan.acts
    .filter(wanted)
    .flatMap(({ index, steps }) => [`act ${index + 1} begins`, ...steps.flatMap(marksOfStep), `act ${index + 1} ends`]);
}

function marksOfStep({ key }: PlannedStep): readonly string[] {
  return [`step "${key}" begins`, `step "${key}" ends`];
}

/** The rest of the act that was open when it is one that is done always, its end, and the later acts of that kind. */
function afterAbort(plan: Plan, index: number, key: string | undefined): readonly string[] {
  const open = plan.acts.find((act) => act.index === index);
  const failed = open?.steps.findIndex((step) => step.key === key) ?? -1;
  const rest = open?.always ? open.steps.slice(failed + 1) : [];
  return [
    ...rest.flatMap(marksOfStep),
    `act ${index + 1} ends`,
    ...marksOf(plan, (act) => act.always && act.index > index),
  ];
}

function marksIn(event: Event): readonly string[] {
  if (event.type === 'act') return [`act ${event.act + 1} ${event.phase}s`];
  if (event.type !== 'step') return [];
  return event.phase === 'skip'
    ? [`step "${event.step}" begins`, `step "${event.step}" ends`]
    : [`step "${event.step}" ${event.phase}s`];
}
