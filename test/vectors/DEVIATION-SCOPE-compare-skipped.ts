import { deviated } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'DEVIATION-SCOPE',
  title: 'the key was not compared with paper: the quorum agreed to leave out a check before the next write',
  faults: { events: deviated('key-read', { effect: 'skip' }) },
});
