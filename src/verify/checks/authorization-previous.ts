import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const authorizationPrevious = defineCheck({
  id: 'AUTHORIZATION-PREVIOUS',
  title: 'the pack before this one is the authorized one',
  needs: ['authorization', 'opening'],
  run({ authorization, opening }, { report }) {
    if (opening.previous !== authorization.previous) {
      report(at(opening), `"previous" is ${opening.previous}; the authorization names ${authorization.previous}`);
    }
  },
});
