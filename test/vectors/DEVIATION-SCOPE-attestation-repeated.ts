import { deviated } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'DEVIATION-SCOPE',
  title: 'the witness attested twice: the second statement has the name of the first',
  faults: { events: deviated('witnessed@gus', { effect: 'repeat' }) },
});
