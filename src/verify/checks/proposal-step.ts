import { stepsOf } from '../../plan/plan.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const proposalStep = defineCheck({
  id: 'PROPOSAL-STEP',
  title: 'every operation was proposed for a step of the plan that has this operation',
  needs: ['proposals', 'plan'],
  run({ proposals, plan }, { report }) {
    const steps = new Map(stepsOf(plan).map((step) => [step.key, step]));
    for (const { event, descriptor } of proposals) {
      const { op, step: named } = descriptor.operation;
      const step = steps.get(event.step);
      if (!step) report(at(event), `"${event.step}" is no step of the plan`);
      else if (step.operation !== op)
        report(at(event), `the operation is "${op}"; step "${event.step}" has "${step.operation ?? 'none'}"`);
      else if (event.operation !== op)
        report(at(event), `"operation" is "${event.operation}"; the descriptor says "${op}"`);
      else if (named !== event.step)
        report(at(event), `the descriptor names the step "${named}"; it is proposed for "${event.step}"`);
    }
  },
});
