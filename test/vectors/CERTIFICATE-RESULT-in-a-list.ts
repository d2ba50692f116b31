import { batch } from '../forge/batch.ts';
import { refacted } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CERTIFICATE-RESULT',
  title: 'of one certificate of a list the HSM returned another signature than the one in its file',
  faults: {
    record: batch(),
    events: refacted('devices', (facts) => void ((facts['signatures'] as string[])[1] = 'AAAA')),
  },
});
