import { deviated } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'DEVIATION-SCOPE',
  title: 'the clock was not compared: the quorum agreed to leave out a check before the HSM was used',
  faults: { events: deviated('clock', { effect: 'skip' }) },
});
