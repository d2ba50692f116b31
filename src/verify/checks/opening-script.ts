import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const openingScript = defineCheck({
  id: 'OPENING-SCRIPT',
  title: 'the opening names the script in the pack',
  needs: ['opening'],
  run({ opening }, { pack, report }) {
    const digest = pack.digest(PATH.script);
    if (digest !== undefined && opening.script !== digest)
      report(at(opening), `"script" is ${opening.script}; script.yaml has ${digest}`);
  },
});
