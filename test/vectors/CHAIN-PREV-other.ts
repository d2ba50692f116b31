import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CHAIN-PREV',
  title: 'the last chain line follows another one',
  faults: { chainLine: (line, event) => (event.type === 'close' ? { ...line, prev: OTHER_DIGEST } : undefined) },
  shell: true,
});
