import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-WITHHELD',
  title: 'an answer is withheld, and the reader was not told',
  faults: { withhold: (event) => event.type === 'answer' && event.step === 'documents' },
});
