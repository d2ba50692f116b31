import type { JsonObject } from '../../src/base/canonical-json.ts';
import { refacted } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'DEVIATION-QUIRK',
  title: 'the token did not report an attribute, the record says so, and nobody accepted it',
  faults: {
    events: refacted('root-key', (facts) => {
      const { NEVER_EXTRACTABLE: _, ...rest } = facts['private'] as JsonObject;
      facts['private'] = rest;
      facts['quirks'] = ['the token does not report NEVER_EXTRACTABLE of the private key (asked: true)'];
    }),
  },
});
