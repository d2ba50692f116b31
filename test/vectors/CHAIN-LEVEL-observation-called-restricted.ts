import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CHAIN-LEVEL',
  title: 'observations are called restricted, so that they could be withheld',
  faults: { chainLine: (line, event) => (event.type === 'observation' ? { ...line, level: 'restricted' } : undefined) },
  shell: true,
});
