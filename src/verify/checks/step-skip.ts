import { holds } from '../../plan/conditions.ts';
import { stepsOf } from '../../plan/plan.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';
import { withheldSteps } from '../withheld.ts';

export const stepSkip = defineCheck({
  id: 'STEP-SKIP',
  title: 'a step was left out when its condition did not hold, and only then',
  needs: ['events', 'eventLines', 'plan'],
  run({ events, eventLines, plan }, { report, unjudged }) {
    const withheld = withheldSteps(eventLines);
    const steps = new Map(stepsOf(plan).map((step) => [step.key, step]));
    const answers = new Map<string, string>();
    const answered = new Map<number, string>();
    for (const event of events) {
      if (event.type === 'answer') {
        answers.set(event.step, String(event.values['answer']));
        answered.set(event.seq, event.step);
      }
      // What counts is the answer as it stood when the step was due: corrections before it, and none after it.
      const corrected = event.type === 'correction' ? answered.get(event.answer) : undefined;
      if (event.type === 'correction' && corrected !== undefined && event.values['answer'] !== undefined)
        answers.set(corrected, String(event.values['answer']));
      const step = event.type === 'step' && event.phase !== 'end' ? steps.get(event.step) : undefined;
      if (event.type !== 'step' || !step) continue;
      if (step.when && 'answer' in step.when && withheld.has(step.when.answer)) {
        unjudged(step.key, `the answer of "${step.when.answer}", which decides on it, is withheld or may be corrected`);
        continue;
      }
      const isDue = holds(step.when, plan, (asked) => answers.get(asked));
      if (event.phase === 'skip' && isDue)
        report(at(event), `step "${step.key}" was left out, and nothing in the plan allows that`);
      if (event.phase === 'begin' && !isDue)
        report(at(event), `step "${step.key}" was run, and its condition does not hold`);
    }
  },
});
