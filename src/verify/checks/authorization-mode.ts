import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const authorizationMode = defineCheck({
  id: 'AUTHORIZATION-MODE',
  title: 'the mode is the authorized one',
  needs: ['authorization', 'opening'],
  run({ authorization, opening }, { report }) {
    if (opening.mode !== authorization.mode) {
      report(at(opening), `"mode" is "${opening.mode}"; the authorization names "${authorization.mode}"`);
    }
  },
});
