import { stepsOf } from '../../plan/plan.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const stepRespondent = defineCheck({
  id: 'STEP-RESPONDENT',
  title: 'only those who do or check a step answer in it, and correct what was answered there',
  needs: ['events', 'planAt'],
  run({ events, planAt }, { report }) {
    const peopleOf = (key: string | undefined, seq: number) => {
      const step = stepsOf(planAt(seq)).find((one) => one.key === key);
      return step ? [...step.by, ...step.check] : [];
    };
    const known = new Set(stepsOf(planAt(0)).map((step) => step.key));
    const answered = new Map<number, string>();
    let begun = 0;
    for (const event of events) {
      if (event.type === 'step' && event.phase === 'begin') begun = event.seq;
      if (event.type !== 'answer' && event.type !== 'correction') continue;
      if (event.type === 'answer') answered.set(event.seq, event.step);
      if (!known.has(event.step)) continue;
      // A correction may be made in a later step, by its people or by those of the step that is corrected; of these,
      // and of those who came while the step was open, whoever is there then.
      const corrected = event.type === 'correction' ? answered.get(event.answer) : undefined;
      const then =
        event.type === 'correction' ? [...peopleOf(event.step, event.seq), ...peopleOf(corrected, event.seq)] : [];
      const allowed = [...peopleOf(event.step, begun), ...then];
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
