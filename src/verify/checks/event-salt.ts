import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const eventSalt = defineCheck({
  id: 'EVENT-SALT',
  title: 'no salt stands twice: a withheld line could be guessed with a known one',
  needs: ['events'],
  run({ events }, { report }) {
    const seen = new Map<string, number>();
    for (const event of events) {
      const before = seen.get(event.salt);
      if (before !== undefined) report(at(event), `"salt" is that of event ${before}`);
      else seen.set(event.salt, event.seq);
    }
  },
});
