import { onEvent } from '../forge/edit.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'KEY-READ',
  title: 'the digest of a new key is not that of its public key',
  faults: { event: onEvent('result', (event) => typeof event.facts['spkiSha256'] === 'string', (event) => ({ ...event, facts: { ...event.facts, spkiSha256: OTHER_DIGEST } })) },
});
