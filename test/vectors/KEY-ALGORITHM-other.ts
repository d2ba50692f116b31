import { redescribed } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'KEY-ALGORITHM',
  title: 'another algorithm was approved than that of the new key',
  faults: { events: redescribed('root-key', (descriptor) => void (descriptor['algorithm'] = 'ecdsa-p256')) },
});
