import { refacted } from '../forge/edit.ts';
import { requesting } from '../forge/requesting.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'REQUEST-RESULT',
  title: 'the HSM returned another signature than the one in the file',
  faults: { record: requesting(), events: refacted('asked', (facts) => void (facts['signature'] = 'AAAA')) },
});
