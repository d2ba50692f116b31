import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CHAIN-LEAF',
  title: 'a chain line holds the digest of another event',
  faults: { chainLine: (line, event) => (event.type === 'close' ? { ...line, leaf: OTHER_DIGEST } : undefined) },
  shell: true,
});
