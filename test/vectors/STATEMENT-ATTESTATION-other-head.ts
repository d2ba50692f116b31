import { canonicalBytes } from '../../src/base/canonical-json.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STATEMENT-ATTESTATION',
  title: 'an attestation covers another record',
  faults: {
    statement: (bytes, event) => {
      if (event.step !== 'witnessed@gus') return undefined;
      return canonicalBytes({ ...JSON.parse(Buffer.from(bytes).toString()), head: OTHER_DIGEST });
    },
  },
});
