import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ANCHOR-MISSING',
  title: 'no digest of the roster is given',
  faults: { anchor: 'none' },
});
