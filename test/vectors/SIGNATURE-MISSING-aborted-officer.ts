import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'SIGNATURE-MISSING',
  title: 'an officer whom the plan calls has not signed the manifest of an aborted ceremony',
  faults: {
    record: { refuse: ({ step }) => step === 'film' },
    sealed: (files) => void files.delete('signatures/dave.p7s'),
    options: { outcome: 'aborted' },
  },
  shell: true,
});
