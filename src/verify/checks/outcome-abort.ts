import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const outcomeAbort = defineCheck({
  id: 'OUTCOME-ABORT',
  title: 'the ceremony closes as aborted when it was aborted, and only then',
  needs: ['events'],
  run({ events }, { report }) {
    const abort = events.find((event) => event.type === 'abort');
    for (const event of events) {
      if (event.type !== 'close' || (event.outcome === 'aborted') === (abort !== undefined)) continue;
      report(
        at(event),
        abort
          ? `closes as "${event.outcome}" after the abort in event ${abort.seq}`
          : 'closes as "aborted", and no event aborts',
      );
    }
  },
});
