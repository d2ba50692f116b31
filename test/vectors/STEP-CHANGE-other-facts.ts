import { changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-CHANGE',
  title: 'the record says of another that they left the roster',
  faults: {
    record: { changing: true },
    events: changing(
      'observation',
      ({ subject }) => subject === 'roster',
      (event) => ({ ...event, facts: { ...event.facts, leaves: ['dave'] } }),
    ),
    // What the ledger says follows from that.
  },
});
