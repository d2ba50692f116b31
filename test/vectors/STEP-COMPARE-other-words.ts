import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-COMPARE',
  title: 'people typed other words than those of the value',
  faults: { event: onEvent('answer', (event) => event.step === 'key-read', (event) => ({ ...event, values: { ...event.values, words: { 'root-key.spki': 'other words' } } })) },
});
