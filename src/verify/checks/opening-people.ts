import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const openingPeople = defineCheck({
  id: 'OPENING-PEOPLE',
  title: 'the opening names the list of people in the pack',
  needs: ['opening'],
  run({ opening }, { pack, report }) {
    const digest = pack.digest(PATH.people);
    if (digest !== undefined && opening.people !== digest)
      report(at(opening), `"people" is ${opening.people}; people.json has ${digest}`);
  },
});
