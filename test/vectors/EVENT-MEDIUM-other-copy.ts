import { addingAfter } from '../forge/edit.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'EVENT-MEDIUM',
  title: 'a copy on a medium was recorded with another digest than the file',
  faults: {
    events: addingAfter(
      (event) => event.type === 'observation' && event.step === 'publish-out',
      () => ({ type: 'file', step: 'publish-out', path: 'publish/root.crt', sha256: OTHER_DIGEST, size: 1, medium: 'publish' }),
    ),
  },
});
