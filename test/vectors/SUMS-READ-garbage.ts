import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'SUMS-READ',
  title: 'SHA256SUMS has a line of another form',
  faults: { sums: (text) => `no digest\n${text}` },
  shell: true,
});
