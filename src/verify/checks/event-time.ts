import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const eventTime = defineCheck({
  id: 'EVENT-TIME',
  title: 'time never goes back',
  needs: ['events'],
  run({ events }, { report }) {
    events.forEach((event, index) => {
      const before = events[index - 1];
      if (before && event.at < before.at)
        report(at(event), `"at" is ${event.at}, before ${before.at} of event ${before.seq}`);
    });
  },
});
