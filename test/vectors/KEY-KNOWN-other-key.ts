import { chained, redescribed, refacted } from '../forge/edit.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'KEY-KNOWN',
  title: 'the CRL was approved for a key that was not generated here',
  faults: {
    events: chained(
      redescribed('first-crl', (descriptor) => void (descriptor['key'] = OTHER_DIGEST)),
      refacted('first-crl', (facts) => void (facts['key'] = OTHER_DIGEST)),
    ),
  },
});
