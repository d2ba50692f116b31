import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const openingRoster = defineCheck({
  id: 'OPENING-ROSTER',
  title: 'the opening names the roster in the pack',
  needs: ['opening'],
  run({ opening }, { pack, report }) {
    const digest = pack.digest(PATH.roster);
    if (digest !== undefined && opening.roster !== digest)
      report(at(opening), `"roster" is ${opening.roster}; roster/roster.json has ${digest}`);
  },
});
