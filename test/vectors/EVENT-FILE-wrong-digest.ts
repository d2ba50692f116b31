import { onEvent } from '../forge/edit.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'EVENT-FILE',
  title: 'a file was recorded with another digest',
  faults: { event: onEvent('file', (event) => event.path === 'publish/root.pem', (event) => ({ ...event, sha256: OTHER_DIGEST })) },
});
