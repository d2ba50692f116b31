import type { JsonObject } from '../../src/base/canonical-json.ts';
import { chained, redescribed, refacted } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

const LABEL = 'rehearsal-another-root';

export const vector = defineVector({
  check: 'STEP-KEY',
  title: 'a key was approved and made under another label than planned',
  faults: {
    events: chained(
      redescribed('root-key', (descriptor) => {
        descriptor['label'] = LABEL;
        for (const half of ['publicTemplate', 'privateTemplate']) descriptor[half] = { ...(descriptor[half] as JsonObject), LABEL };
      }),
      refacted('root-key', (facts) => {
        for (const half of ['public', 'private']) facts[half] = { ...(facts[half] as JsonObject), LABEL };
      }),
    ),
  },
});
