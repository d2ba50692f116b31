import { dropping } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ANSWER',
  title: 'nothing was typed where values are recorded',
  faults: { events: dropping((event) => event.type === 'answer' && event.step === 'camera') },
});
