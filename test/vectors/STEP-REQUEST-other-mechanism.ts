import { redescribed } from '../forge/edit.ts';
import { requesting } from '../forge/requesting.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-REQUEST',
  title: 'the request was approved to be signed by another mechanism than the key has',
  faults: {
    record: requesting(),
    events: redescribed('asked', (descriptor) => void (descriptor['mechanism'] = 'ecdsa-sha256')),
  },
});
