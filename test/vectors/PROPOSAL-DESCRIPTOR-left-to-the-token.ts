import type { JsonObject } from '../../src/base/canonical-json.ts';
import { chained, redescribed, refacted } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

const LEFT = ['EXTRACTABLE', 'DECRYPT', 'UNWRAP', 'DERIVE'];
const without = (template: unknown) =>
  Object.fromEntries(Object.entries(template as JsonObject).filter(([name]) => !LEFT.includes(name)));

export const vector = defineVector({
  check: 'PROPOSAL-DESCRIPTOR',
  title: 'whether the key may leave the token, or decrypt, was left to the token, which does not say',
  faults: {
    events: chained(
      redescribed('root-key', (descriptor) => {
        descriptor['privateTemplate'] = without(descriptor['privateTemplate']);
      }),
      refacted('root-key', (facts) => {
        facts['private'] = without(facts['private']);
      }),
    ),
  },
});
