import { answering } from '../forge/answering.ts';
import { refacted } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'OCSP-RESULT',
  title: 'the HSM returned another signature than the one in the file',
  faults: { record: answering(), events: refacted('answers', (facts) => void (facts['signature'] = 'AAAA')) },
});
