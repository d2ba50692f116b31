import { sha256 } from '../../src/base/digest.ts';
import { answering } from '../forge/answering.ts';
import { addingAfter } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

const FOREIGN = Buffer.from('good, says an answer of last year');
const PATH = 'publish/ocsp/MEowSDBGMEQwQjAJBgUrDgMCGgUA';

export const vector = defineVector({
  check: 'PACK-PUBLISHED',
  title: 'an answer is published where a request leads that no response of this ceremony is about',
  faults: {
    record: answering(),
    recorded: (files) => void files.set(PATH, FOREIGN),
    events: addingAfter(
      (event) => event.type === 'file' && event.path === 'ocsp/answers.ors',
      () => ({ type: 'file', step: 'answers', path: PATH, sha256: sha256(FOREIGN), size: FOREIGN.length, medium: null }),
    ),
  },
});
