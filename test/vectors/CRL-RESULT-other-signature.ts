import { refacted } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CRL-RESULT',
  title: 'the HSM returned another signature than the one in the file',
  faults: { events: refacted('first-crl', (facts) => void (facts['signature'] = 'AAAA')) },
});
