import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const resumeOpen = defineCheck({
  id: 'RESUME-OPEN',
  title: 'a resume names the operation that was begun and of which the record does not say that it was done, or none',
  needs: ['events'],
  run({ events }, { report }) {
    let begun: number | null = null;
    for (const event of events) {
      if (event.type === 'intent') begun = event.proposal;
      if (event.type === 'result' && event.outcome === 'done' && event.proposal === begun) begun = null;
      if (event.type !== 'resume' || event.open === begun) continue;
      const named = event.open === null ? 'no operation' : `the proposal in event ${event.open}`;
      report(
        at(event),
        `names ${named}; ${begun === null ? 'no operation was open' : `the one in event ${begun} was begun, and is not known to be done`}`,
      );
    }
  },
});
