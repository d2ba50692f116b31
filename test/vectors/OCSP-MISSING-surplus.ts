import { answering } from '../forge/answering.ts';
import { addingAfter } from '../forge/edit.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

const PATH = 'ocsp/answers.ors';

export const vector = defineVector({
  check: 'OCSP-MISSING',
  title: 'an OCSP response was recorded that nobody approved',
  faults: {
    record: answering(),
    recorded: (files) => void files.set('ocsp/other.ors', files.get(PATH) ?? Buffer.alloc(0)),
    events: addingAfter(
      (event) => event.type === 'file' && event.path === PATH,
      () => ({ type: 'file', step: 'answers', path: 'ocsp/other.ors', sha256: OTHER_DIGEST, size: 1, medium: null }),
    ),
  },
  shell: true,
});
