import { changing } from '../forge/edit.ts';
import { deciding } from '../forge/revoking.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-REVOKE',
  title: 'the deadlines on record are not those that follow from when the CA came to know',
  faults: {
    ...deciding(),
    events: changing(
      'observation',
      (event) => event.step === 'decision',
      (event) => ({ ...event, facts: { ...event.facts, deadlines: [] } }),
    ),
  },
});
