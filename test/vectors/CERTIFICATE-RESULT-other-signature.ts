import { refacted } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CERTIFICATE-RESULT',
  title: 'the HSM returned another signature than the one in the file',
  faults: { events: refacted('root-certificate', (facts) => void (facts['signature'] = 'AAAA')) },
});
