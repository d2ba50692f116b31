import { stepsOf } from '../../plan/plan.ts';
import { defineCheck } from '../check.ts';
import { ownEvents } from '../own-events.ts';

export const stepVerify = defineCheck({
  id: 'STEP-VERIFY',
  title: 'every step type accepts what was recorded of its steps; it reports under its own ids',
  needs: ['events', 'opening', 'plan', 'roster', 'authorization', 'proposals'],
  run({ events, opening, plan, roster, authorization, proposals }, { pack, derive, report, note }) {
    const own = ownEvents(events, proposals);
    for (const step of stepsOf(plan)) {
      const type = derive.steps.get(step.type);
      const mine = own.get(step.key);
      if (!mine) continue;
      if (!type || type.version !== opening.versions.steps[step.type]) {
        note(`steps of type "${step.type}" are not judged again: they were run as version ${opening.versions.steps[step.type] ?? 'unknown'}`);
        continue;
      }
      if (mine.incomplete) {
        note(`step "${step.key}" is not judged again: events of it are withheld`);
        continue;
      }
      const evidence = { plan, roster, authorization, events, file: pack.file };
      for (const { check, message, where } of type.verify(step.params, step, mine.events, evidence)) report(where, message, check);
    }
  },
});
