import { deltaScript, GONE, listingTwo } from '../forge/delta.ts';
import { reissuedAfter } from '../forge/reissue-after.ts';
import { defineVector } from '../forge/vector.ts';

const again = reissuedAfter(
  (request) => ({ ...request, revoked: [{ serial: GONE, at: request.thisUpdate, reason: 'removeFromCRL' }] }),
  'root-delta',
);

export const vector = defineVector({
  check: 'CRL-LINT',
  title: 'the delta CRL removes what was revoked for good',
  faults: {
    follows: listingTwo(),
    record: { script: deltaScript() },
    recorded: again.files,
    events: again.events,
  },
});
