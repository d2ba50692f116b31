import type { JsonObject } from '../../src/base/canonical-json.ts';
import { refacted } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'KEY-ATTRIBUTES',
  title: 'the quirk that is recorded is of an attribute whose name holds that of the one left out',
  faults: {
    events: refacted('root-key', (facts) => {
      const { EXTRACTABLE: _, ...rest } = facts['private'] as JsonObject;
      facts['private'] = rest;
      facts['quirks'] = ['the token does not report NEVER_EXTRACTABLE of the private key (asked: true)'];
    }),
  },
});
