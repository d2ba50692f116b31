import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const openingSite = defineCheck({
  id: 'OPENING-SITE',
  title: 'the opening names the site binding in the pack',
  needs: ['opening'],
  run({ opening }, { pack, report }) {
    const digest = pack.digest(PATH.site);
    if (digest !== undefined && opening.site !== digest)
      report(at(opening), `"site" is ${opening.site}; site.yaml has ${digest}`);
  },
});
