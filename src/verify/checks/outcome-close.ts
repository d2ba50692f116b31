import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const outcomeClose = defineCheck({
  id: 'OUTCOME-CLOSE',
  title: 'nothing follows the closing event',
  needs: ['events'],
  run({ events }, { report }) {
    const close = events.findIndex((event) => event.type === 'close');
    if (close < 0) return;
    for (const event of events.slice(close + 1)) report(at(event), `follows the closing event ${events[close]?.seq}`);
  },
});
