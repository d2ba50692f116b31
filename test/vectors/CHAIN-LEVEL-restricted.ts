import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CHAIN-LEVEL',
  title: 'the closing event is called restricted',
  faults: { chainLine: (line, event) => (event.type === 'close' ? { ...line, level: 'restricted' } : undefined) },
});
