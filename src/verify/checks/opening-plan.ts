import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const openingPlan = defineCheck({
  id: 'OPENING-PLAN',
  title: 'the opening names the plan in the pack',
  needs: ['opening'],
  run({ opening }, { pack, report }) {
    const digest = pack.digest(PATH.plan);
    if (digest !== undefined && opening.plan !== digest)
      report(at(opening), `"plan" is ${opening.plan}; plan.json has ${digest}`);
  },
});
