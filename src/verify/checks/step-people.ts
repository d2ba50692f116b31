import { stepsOf } from '../../plan/plan.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const stepPeople = defineCheck({
  id: 'STEP-PEOPLE',
  title: 'every step was done and checked by those whom the plan names, under its number and kind',
  needs: ['events', 'plan'],
  run({ events, plan }, { report }) {
    const steps = new Map(stepsOf(plan).map((step) => [step.key, step]));
    for (const event of events) {
      const step = event.type === 'step' ? steps.get(event.step) : undefined;
      if (event.type !== 'step' || !step) continue;
      const compare = (what: string, found: string, planned: string) => {
        if (found !== planned)
          report(at(event), `"${what}" of step "${event.step}" is "${found}"; the plan says "${planned}"`);
      };
      compare('number', event.number, step.number);
      compare('kind', event.kind, step.type);
      compare('by', event.by.join(', '), step.by.join(', '));
      compare('check', event.check.join(', '), step.check.join(', '));
    }
  },
});
