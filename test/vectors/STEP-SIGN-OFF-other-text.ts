import { canonicalBytes } from '../../src/base/canonical-json.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-SIGN-OFF',
  title: 'an officer signed off something else than the program asks',
  faults: {
    statement: (bytes, event) => {
      if (event.step !== 'sign-off@alice') return undefined;
      return canonicalBytes({ ...JSON.parse(Buffer.from(bytes).toString()), text: 'Fine.' });
    },
  },
});
