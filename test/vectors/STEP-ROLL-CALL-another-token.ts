import { changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ROLL-CALL',
  title: 'a token answered the roll-call that the roster does not know',
  faults: {
    events: changing(
      'statement',
      (event) => event.step === 'roll-call@alice',
      (event) => ({ ...event, facts: { ...event.facts, token: 'another' } }),
    ),
  },
});
