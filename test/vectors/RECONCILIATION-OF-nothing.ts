import { beginOf, inserting } from '../forge/at-table.ts';
import { proposalSeq } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'RECONCILIATION-OF',
  title: 'an operation was looked for on the HSM though nothing had been interrupted',
  faults: {
    events: (events) =>
      inserting(beginOf('first-crl'), () => [
        {
          type: 'reconciliation',
          step: 'first-crl',
          proposal: proposalSeq(events, 'root-key'),
          outcome: 'unknown',
          facts: { operation: 'sign' },
        },
      ])(events),
  },
});
