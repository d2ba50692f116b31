import { inserting } from '../forge/at-table.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'KEY-STATE',
  title: 'a key is said to be active, and nothing was done that made it so',
  faults: {
    states: 'as-given',
    events: inserting(
      (event) => event.type === 'key-state' && event.to === 'active',
      () => [
        {
          ...{ type: 'key-state', step: 'root-certificate', key: OTHER_DIGEST, from: 'pre-activation', to: 'active' },
          ...{ reason: 'the certificate other.crt was issued for it', proposal: null },
        },
      ],
    ),
  },
});
