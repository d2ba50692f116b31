import { addingAfter } from '../forge/edit.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CRL-MISSING',
  title: 'a CRL was recorded that nobody approved',
  faults: {
    recorded: (files) => void files.set('crls/other.crl', files.get('crls/root.crl') ?? Buffer.alloc(0)),
    events: addingAfter(
      (event) => event.type === 'file' && event.path === 'crls/root.crl',
      () => ({ type: 'file', step: 'first-crl', path: 'crls/other.crl', sha256: OTHER_DIGEST, size: 1, medium: null }),
    ),
  },
  shell: true,
});
