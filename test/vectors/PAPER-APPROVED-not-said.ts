import { inserting } from '../forge/at-table.ts';
import { backingUp } from '../forge/backing-up.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PAPER-APPROVED',
  title: 'a share was printed of a set that is not on paper by the operation that people approved',
  faults: {
    record: backingUp,
    events: (events) => {
      const proposed = events.find((event) => event.type === 'proposed' && event.operation === 'wrap-key');
      if (proposed?.type !== 'proposed') throw new Error('nothing was backed up');
      const { id } = proposed.descriptor['set'] as { readonly id: string };
      const page = { set: id, seat: 'alice', unit: 'pages@alice' };
      const observed = { type: 'observation', step: 'backup', subject: 'paper-share' } as const;
      return inserting(
        (event) => event.type === 'observation' && event.subject === 'shares' && event.step === 'backup',
        () => [
          { ...observed, facts: { ...page, state: 'printing' } },
          { ...observed, facts: { ...page, state: 'read-back', printedAt: proposed.at, pages: 1 } },
        ],
      )(events);
    },
  },
});
