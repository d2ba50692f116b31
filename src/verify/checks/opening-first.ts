import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const openingFirst = defineCheck({
  id: 'OPENING-FIRST',
  title: 'the first event is the opening, and there is no second one',
  needs: ['events', 'opening', 'ceremony'],
  run({ events }, { report }) {
    for (const event of events.slice(1)) if (event.type === 'opening') report(at(event), 'a second opening');
  },
});
