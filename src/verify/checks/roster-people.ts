import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const rosterPeople = defineCheck({
  id: 'ROSTER-PEOPLE',
  title:
    'people.json is canonical and names a person for every seat that is present, and for whoever came for somebody',
  needs: ['people', 'plan', 'exchanges'],
  run({ people, plan, exchanges }, { report }) {
    for (const seat of [...Object.values(plan.seats).flat(), ...exchanges.map(({ comes }) => comes)]) {
      if (!people.has(seat)) report(PATH.people, `nobody is named for the seat "${seat}"`);
    }
  },
});
