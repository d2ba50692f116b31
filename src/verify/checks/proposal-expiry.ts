import { parseUtc } from '../../base/dates.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

/** People approve what they just saw: no proposal stands longer. */
const LONGEST_STAND_MS = 60 * 60 * 1000;

export const proposalExpiry = defineCheck({
  id: 'PROPOSAL-EXPIRY',
  title: 'every proposal expires, after it was made and within an hour',
  needs: ['proposals'],
  run({ proposals }, { report }) {
    for (const { event } of proposals) {
      const stand = parseUtc(event.expires) - parseUtc(event.at);
      if (stand <= 0 || stand > LONGEST_STAND_MS)
        report(at(event), `made at ${event.at}, expires at ${event.expires}; expected within an hour`);
    }
  },
});
