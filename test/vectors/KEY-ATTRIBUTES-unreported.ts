import type { JsonObject } from '../../src/base/canonical-json.ts';
import { refacted } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'KEY-ATTRIBUTES',
  title: 'the token did not report an attribute, and no quirk says so',
  faults: {
    events: refacted('root-key', (facts) => {
      const { SENSITIVE: _, ...rest } = facts['private'] as JsonObject;
      facts['private'] = rest;
    }),
  },
});
