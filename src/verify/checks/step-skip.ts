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
    for (const event of events) {
      if (event.type === 'answer') answers.set(event.step, String(event.values['answer']));
      const step = event.type === 'step' && event.phase !== 'end' ? steps.get(event.step) : undefined;
      if (event.type !== 'step' || !step) continue;
      if (step.when && withheld.has(step.when.answer) && !answers.has(step.when.answer)) {
        unjudged(step.key, `the answer of "${step.when.answer}", which decides on it, is withheld`);
        continue;
      }
      const holds = step.when === null || answers.get(step.when.answer) === step.when.is;
      if (event.phase === 'skip' && holds)
        report(at(event), `step "${step.key}" was left out, and nothing in the plan allows that`);
      if (event.phase === 'begin' && !holds)
        report(at(event), `step "${step.key}" was run, and its condition does not hold`);
    }
  },
});
