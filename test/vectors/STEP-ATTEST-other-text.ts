import { canonicalBytes } from '../../src/base/canonical-json.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ATTEST',
  title: 'a witness attested something else than the script says',
  faults: {
    statement: (bytes, event) => {
      if (event.step !== 'witnessed@gus') return undefined;
      return canonicalBytes({ ...JSON.parse(Buffer.from(bytes).toString()), text: 'I was there.' });
    },
  },
});
