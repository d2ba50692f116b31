import { redescribed } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-CRL',
  title: 'the CRL was approved to be signed by another mechanism than the key has',
  faults: { events: redescribed('first-crl', (descriptor) => void (descriptor['mechanism'] = 'ecdsa-sha256')) },
});
