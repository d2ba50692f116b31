import type { Plan } from '../../plan/plan.ts';
import { defineCheck } from '../check.ts';
import type { Event } from '../../transcript/event.ts';
import { at } from '../where.ts';

export const stepOrder = defineCheck({
  id: 'STEP-ORDER',
  title: 'acts and steps were run as planned: all of them, in order, none twice',
  needs: ['events', 'plan'],
  run({ events, plan }, { report }) {
    let expected = marksOf(plan, () => true);
    let next = 0;
    let lastAct = -1;
    for (const event of events) {
      if (event.type === 'abort') {
        // What is always done follows an abort; the rest of the act that was open does not.
        const after = lastAct;
        expected = marksOf(plan, (act) => act.always && act.index > after);
        next = 0;
      }
      for (const mark of marksIn(event)) {
        if (mark !== expected[next]) {
          report(at(event), `${mark}; the plan says ${expected[next] ?? 'that nothing follows'}`);
          return;
        }
        next += 1;
      }
      if (event.type === 'act') lastAct = event.act;
    }
    const last = events[events.length - 1];
    // The closing event is the last one, so the step and the act that hold it stay open.
    const rest = last?.type === 'close' ? expected.slice(next).filter((mark) => !mark.endsWith(' ends')) : expected.slice(next);
    if (last && events.some((event) => event.type === 'close') && rest.length > 0) report(at(last), `the transcript ends; the plan says ${rest[0]}`);
  },
});

function marksOf(plan: Plan, wanted: (act: Plan['acts'][number]) => boolean): readonly string[] {
  return plan.acts.filter(wanted).flatMap((act) => [
    `act ${act.index + 1} begins`,
    ...act.steps.flatMap((step) => [`step "${step.key}" begins`, `step "${step.key}" ends`]),
    `act ${act.index + 1} ends`,
  ]);
}

function marksIn(event: Event): readonly string[] {
  if (event.type === 'act') return [`act ${event.act + 1} ${event.phase}s`];
  if (event.type !== 'step') return [];
  return event.phase === 'skip' ? [`step "${event.step}" begins`, `step "${event.step}" ends`] : [`step "${event.step}" ${event.phase}s`];
}
