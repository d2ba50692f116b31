import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CHAIN-LEVEL',
  title: 'whether the computer was fit is withheld, as if it were what a person said',
  faults: {
    withhold: (event) => event.type === 'observation' && event.step === 'environment',
  },
  shell: true,
});
