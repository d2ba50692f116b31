import { stepsOf } from '../../plan/plan.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const stepRespondent = defineCheck({
  id: 'STEP-RESPONDENT',
  title: 'only those who do or check a step answer in it',
  needs: ['events', 'plan'],
  run({ events, plan }, { report }) {
    const steps = new Map(stepsOf(plan).map((step) => [step.key, step]));
    for (const event of events) {
      const step = event.type === 'answer' ? steps.get(event.step) : undefined;
      if (event.type !== 'answer' || !step) continue;
      const allowed = [...step.by, ...step.check];
      for (const seat of [event.seat, ...event.checkedBy]) {
        if (!allowed.includes(seat))
          report(at(event), `"${seat}" answers in step "${event.step}", which they neither do nor check`);
      }
    }
  },
});
