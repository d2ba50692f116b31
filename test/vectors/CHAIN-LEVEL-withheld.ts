import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CHAIN-LEVEL',
  title: 'a public event is withheld',
  faults: { withhold: (event) => event.type === 'act' && event.act === 4 },
  shell: true,
});
