import { mayBeRepeated, mayBeSkipped } from '../../plan/human-step.ts';
import { stepsOf } from '../../plan/plan.ts';
import { leavesStep } from '../../quorum/deviation.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const deviationScope = defineCheck({
  id: 'DEVIATION-SCOPE',
  title: 'only steps of people alone were skipped or repeated: none that uses an HSM or checks before it is used',
  needs: ['deviations', 'plan'],
  run({ deviations, plan }, { report }) {
    const steps = new Map(stepsOf(plan).map((step) => [step.key, step]));
    for (const { event } of deviations) {
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
