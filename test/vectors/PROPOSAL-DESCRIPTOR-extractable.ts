import type { JsonObject } from '../../src/base/canonical-json.ts';
import { chained, redescribed, refacted } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PROPOSAL-DESCRIPTOR',
  title: 'the quorum approved a key that may leave the token, and the token made it so',
  faults: {
    events: chained(
      redescribed('root-key', (descriptor) => {
        descriptor['privateTemplate'] = { ...(descriptor['privateTemplate'] as JsonObject), EXTRACTABLE: true };
      }),
      refacted('root-key', (facts) => {
        facts['private'] = { ...(facts['private'] as JsonObject), EXTRACTABLE: true, NEVER_EXTRACTABLE: false };
      }),
    ),
  },
});
