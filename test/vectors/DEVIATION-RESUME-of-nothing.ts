import { deviated } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'DEVIATION-RESUME',
  title: 'a deviation says that the ceremony goes on, and nothing had interrupted it',
  faults: { events: deviated('film', { effect: 'resume' }) },
});
