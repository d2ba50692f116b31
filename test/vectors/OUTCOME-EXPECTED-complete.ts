import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'OUTCOME-EXPECTED',
  title: 'a complete ceremony is shown where an aborted one is expected',
  faults: { options: { outcome: 'aborted' } },
});
