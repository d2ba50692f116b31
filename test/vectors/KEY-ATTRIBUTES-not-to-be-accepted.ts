import type { JsonObject } from '../../src/base/canonical-json.ts';
import { deviated } from '../forge/at-table.ts';
import { chained, refacted } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'KEY-ATTRIBUTES',
  title: 'the token did not report whether the key can leave it, and the quorum accepted that',
  faults: {
    events: chained(
      deviated('root-key', { effect: 'quirk', names: ['root-hsm', 'private-extractable'] }),
      refacted('root-key', (facts) => {
        const { EXTRACTABLE: _, ...rest } = facts['private'] as JsonObject;
        facts['private'] = rest;
        facts['quirks'] = ['the token does not report EXTRACTABLE of the private key (asked: false)'];
      }),
    ),
  },
});
