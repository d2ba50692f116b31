import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const openingTitle = defineCheck({
  id: 'OPENING-TITLE',
  title: "the opening has the script's title and objectives",
  needs: ['opening', 'plan'],
  run({ opening, plan }, { report }) {
    if (opening.title !== plan.title)
      report(at(opening), `"title" is "${opening.title}"; the script says "${plan.title}"`);
    if (opening.objectives.join() !== plan.objectives.join()) {
      report(
        at(opening),
        `"objectives" are "${opening.objectives.join(', ')}"; the script says "${plan.objectives.join(', ')}"`,
      );
    }
  },
});
