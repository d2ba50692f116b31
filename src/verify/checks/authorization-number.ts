import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const authorizationNumber = defineCheck({
  id: 'AUTHORIZATION-NUMBER',
  title: "the ceremony's number is the authorized one",
  needs: ['authorization', 'opening'],
  run({ authorization, opening }, { report }) {
    if (opening.number !== authorization.ceremony) {
      report(at(opening), `"number" is ${opening.number}; the authorization names ${authorization.ceremony}`);
    }
  },
});
