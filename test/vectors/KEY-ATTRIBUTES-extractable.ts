import type { JsonObject } from '../../src/base/canonical-json.ts';
import { refacted } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'KEY-ATTRIBUTES',
  title: 'the new private key may leave the token',
  faults: {
    events: refacted('root-key', (facts) => {
      facts['private'] = { ...(facts['private'] as JsonObject), EXTRACTABLE: true };
    }),
  },
});
