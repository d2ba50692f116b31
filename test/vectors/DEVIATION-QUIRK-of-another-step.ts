import type { JsonObject } from '../../src/base/canonical-json.ts';
import { deviated } from '../forge/at-table.ts';
import { chained, refacted } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'DEVIATION-QUIRK',
  title: 'what was accepted of one key was not accepted of the other',
  faults: {
    events: chained(
      deviated('hsm-empty', { effect: 'quirk', names: ['root-hsm', 'private-never-extractable'] }),
      refacted('root-key', (facts) => {
        const { NEVER_EXTRACTABLE: _, ...rest } = facts['private'] as JsonObject;
        facts['private'] = rest;
        facts['quirks'] = ['the token does not report NEVER_EXTRACTABLE of the private key (asked: true)'];
      }),
    ),
  },
});
