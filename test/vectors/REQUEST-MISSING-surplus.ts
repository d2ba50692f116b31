import { addingAfter } from '../forge/edit.ts';
import { requesting } from '../forge/requesting.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'REQUEST-MISSING',
  title: 'a request was recorded that nobody approved',
  faults: {
    record: requesting(),
    recorded: (files) =>
      void files.set('requests-made/other.csr', files.get('requests-made/issuing.csr') ?? Buffer.alloc(0)),
    events: addingAfter(
      (event) => event.type === 'file' && event.path === 'requests-made/issuing.csr',
      () => ({ type: 'file', step: 'asked', path: 'requests-made/other.csr', sha256: OTHER_DIGEST, size: 1, medium: null }),
    ),
  },
  shell: true,
});
