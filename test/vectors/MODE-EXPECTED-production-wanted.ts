import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'MODE-EXPECTED',
  title: 'a rehearsal is shown where production is expected',
  faults: { options: { expect: 'production' } },
});
