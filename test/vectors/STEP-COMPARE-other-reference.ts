import { intake } from '../forge/intake.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-COMPARE',
  title: 'the authorization names another key than the one of the request',
  faults: {
    record: intake(),
    authorization: (authorization) => {
      authorization['references'] = { 'request-spki': OTHER_DIGEST };
    },
  },
});
