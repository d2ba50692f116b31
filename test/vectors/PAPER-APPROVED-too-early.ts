import { backingUpOnPaper } from '../forge/backing-up.ts';
import { defineVector } from '../forge/vector.ts';

const isPage = (event: { readonly type: string; readonly subject?: unknown }) =>
  event.type === 'observation' && event.subject === 'paper-share';

export const vector = defineVector({
  check: 'PAPER-APPROVED',
  title: 'shares were printed before the last custodian had approved that they are on paper',
  faults: {
    record: backingUpOnPaper,
    events: (events) => {
      const first = events.find(isPage);
      const last = events.findLastIndex((event) => event.type === 'approval' && event.seq < (first?.seq ?? 0));
      const pages = events.filter(isPage).map((event) => ({ ...event, at: events[last]?.at ?? event.at }));
      const rest = events.filter((event) => !isPage(event));
      return rest.toSpliced(last, 0, ...pages);
    },
  },
});
