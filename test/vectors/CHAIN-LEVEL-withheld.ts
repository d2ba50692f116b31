import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CHAIN-LEVEL',
  title: 'a public event is withheld',
  faults: { withhold: (event) => event.type === 'statement' && event.step === 'judged' },
  shell: true,
});
