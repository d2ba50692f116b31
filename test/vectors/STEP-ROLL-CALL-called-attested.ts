import { changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ROLL-CALL',
  title: 'the token of a roll-call is called attested, and the roster says that it is not',
  faults: {
    events: changing(
      'statement',
      (event) => event.step === 'roll-call@alice',
      (event) => ({ ...event, facts: { ...event.facts, origin: 'attested' } }),
    ),
  },
});
