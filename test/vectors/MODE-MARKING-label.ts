import type { JsonObject } from '../../src/base/canonical-json.ts';
import { chained, redescribed, refacted } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

const LABEL = 'example-root-g1';

export const vector = defineVector({
  check: 'MODE-MARKING',
  title: 'a rehearsal proposed a key whose label is not marked',
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
