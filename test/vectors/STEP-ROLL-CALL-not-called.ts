import { dropping } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ROLL-CALL',
  title: 'the witness was not called',
  faults: { events: dropping((event) => (event.type === 'file' || event.type === 'statement') && event.step === 'roll-call-witness@gus') },
});
