import { stepsOf } from '../../plan/plan.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const stepPeople = defineCheck({
  id: 'STEP-PEOPLE',
  title:
    'every step was done and checked by those whom the plan names, or who had come for them, under its number and kind',
  needs: ['events', 'planAt'],
  run({ events, planAt }, { report }) {
    let begun = 0;
    for (const event of events) {
      if (event.type !== 'step') continue;
      // It ends with the people with whom it began, whoever came meanwhile.
      if (event.phase !== 'end') begun = event.seq;
      const step = stepsOf(planAt(begun)).find((one) => one.key === event.step);
      if (!step) continue;
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
