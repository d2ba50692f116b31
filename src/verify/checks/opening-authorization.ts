import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const openingAuthorization = defineCheck({
  id: 'OPENING-AUTHORIZATION',
  title: 'the opening names the authorization in the pack',
  needs: ['opening'],
  run({ opening }, { pack, report }) {
    const digest = pack.digest(PATH.authorization);
    if (digest !== undefined && opening.authorization !== digest) {
      report(at(opening), `"authorization" is ${opening.authorization}; authorization.json has ${digest}`);
    }
  },
});
