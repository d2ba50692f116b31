import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CHAIN-SEQ',
  title: 'the last chain line has another number',
  faults: { chainLine: (line, event) => (event.type === 'close' ? { ...line, seq: 7 } : undefined) },
  shell: true,
});
