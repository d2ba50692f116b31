import { cutShort } from '../forge/at-table.ts';
import { rotating } from '../forge/rotating.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ROTATE',
  title: 'after an interruption the quorum was not told that nobody knew which PIN the HSM had',
  faults: { record: rotating, events: cutShort('rotate-user') },
});
