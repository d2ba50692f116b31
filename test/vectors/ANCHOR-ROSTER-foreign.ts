import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ANCHOR-ROSTER',
  title: 'the pack is perfect, and its roster is not the true one',
  faults: { anchor: 'other' },
  shell: true,
});
