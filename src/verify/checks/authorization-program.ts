import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const authorizationProgram = defineCheck({
  id: 'AUTHORIZATION-PROGRAM',
  title: 'the program states the digest that was authorized',
  needs: ['authorization', 'opening'],
  run({ authorization, opening }, { report }) {
    if (opening.program.digest !== authorization.program) {
      report(at(opening), `"program" is ${opening.program.digest}; the authorization names ${authorization.program}`);
    }
  },
});
