import { canonicalBytes } from '../../src/base/canonical-json.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STATEMENT-PRESENCE',
  title: 'an officer was present for another authorization',
  faults: {
    statement: (bytes, event) => {
      if (event.step !== 'roll-call@dave') return undefined;
      return canonicalBytes({ ...JSON.parse(Buffer.from(bytes).toString()), authorization: OTHER_DIGEST });
    },
  },
});
