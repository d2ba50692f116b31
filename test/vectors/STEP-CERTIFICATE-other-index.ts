import { redescribed } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-CERTIFICATE',
  title: 'the certificate was approved as the second operation of its step',
  faults: { events: redescribed('root-certificate', (descriptor) => void (descriptor['index'] = 1)) },
});
