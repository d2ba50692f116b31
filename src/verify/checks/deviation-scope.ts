import { mayBeRepeated, mayBeSkipped } from '../../plan/human-step.ts';
import { stepsOf } from '../../plan/plan.ts';
import { exchangeFault } from '../../plan/plan-in-force.ts';
import { leavesStep } from '../../quorum/deviation.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const deviationScope = defineCheck({
  id: 'DEVIATION-SCOPE',
  title:
    'only steps of people alone were skipped or repeated: none that uses an HSM or checks before it is used, but for a comparison that was repeated; and nobody was exchanged but for a member of the same role who filled no seat, before anybody signed off',
  needs: ['deviations', 'events', 'plan', 'planAt', 'rosterAt'],
  run({ deviations, events, plan, planAt, rosterAt }, { report }) {
    const steps = new Map(stepsOf(plan).map((step) => [step.key, step]));
    const signedOff = events.find((event) => event.type === 'statement' && event.kind === 'sign-off');
    for (const { event } of deviations) {
      if (event.effect === 'exchange') {
        const [leaves = '', comes = ''] = event.names;
        const fault = exchangeFault(planAt(event.seq), rosterAt(event.seq), { leaves, comes });
        if (fault !== undefined) report(at(event), fault);
        if (signedOff && signedOff.seq < event.seq)
          report(at(event), `"${leaves}" is exchanged after the sign-off in event ${signedOff.seq}`);
      }
      const step = steps.get(event.step);
      if (!step || !leavesStep(event.effect)) continue;
      const allowed = event.effect === 'skip' ? mayBeSkipped(step) : mayBeRepeated(step);
      if (!allowed)
        report(
          at(event),
          `"effect" is "${event.effect}" in step "${event.step}"; a step of type "${step.type}" is never ${event.effect === 'skip' ? 'skipped' : 'repeated'}`,
        );
    }
  },
});
