import { addingAfter } from '../forge/edit.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CERTIFICATE-MISSING',
  title: 'a certificate was recorded that nobody approved',
  faults: {
    recorded: (files) => void files.set('certificates/other.crt', files.get('certificates/root.crt') ?? Buffer.alloc(0)),
    events: addingAfter(
      (event) => event.type === 'file' && event.path === 'certificates/root.crt',
      () => ({ type: 'file', step: 'root-certificate', path: 'certificates/other.crt', sha256: OTHER_DIGEST, size: 1, medium: null }),
    ),
  },
  shell: true,
});
