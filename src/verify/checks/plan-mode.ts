import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const planMode = defineCheck({
  id: 'PLAN-MODE',
  title: 'the site binding is of the mode of the opening',
  needs: ['plan', 'opening'],
  run({ plan, opening }, { report }) {
    if (plan.mode !== opening.mode)
      report(PATH.site, `the site is for "${plan.mode}"; the opening says "${opening.mode}"`);
  },
});
