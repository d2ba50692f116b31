import { stepsOf } from '../../plan/plan.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const stepRespondent = defineCheck({
  id: 'STEP-RESPONDENT',
  title: 'only those who do or check a step answer in it, and correct what was answered there',
  needs: ['events', 'plan'],
  run({ events, plan }, { report }) {
    const steps = new Map(stepsOf(plan).map((step) => [step.key, step]));
    const peopleOf = (key: string | undefined) => {
      const step = key === undefined ? undefined : steps.get(key);
      return step ? [...step.by, ...step.check] : [];
    };
    const answered = new Map<number, string>();
    for (const event of events) {
      if (event.type !== 'answer' && event.type !== 'correction') continue;
      if (event.type === 'answer') answered.set(event.seq, event.step);
      if (!steps.has(event.step)) continue;
      // A correction may be made in a later step, by its people or by those of the step that is corrected.
      const corrected = event.type === 'correction' ? answered.get(event.answer) : undefined;
      const allowed = [...peopleOf(event.step), ...peopleOf(corrected)];
      for (const seat of [event.seat, ...event.checkedBy]) {
        if (!allowed.includes(seat))
          report(
            at(event),
            event.type === 'answer'
              ? `"${seat}" answers in step "${event.step}", which they neither do nor check`
              : `"${seat}" corrects an answer of step "${corrected ?? event.step}", which they neither do nor check`,
          );
      }
    }
  },
});
