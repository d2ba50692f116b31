import { deltaScript, HELD, listingTwo } from '../forge/delta.ts';
import { reissuedAfter } from '../forge/reissue-after.ts';
import { defineVector } from '../forge/vector.ts';

const again = reissuedAfter(
  (request) => ({ ...request, revoked: [{ serial: HELD, at: request.thisUpdate, reason: 'keyCompromise' }] }),
  'root-delta',
);

export const vector = defineVector({
  check: 'STEP-CRL',
  title: 'the delta CRL revokes for good what the script releases',
  faults: {
    follows: listingTwo(),
    record: { script: deltaScript(true) },
    recorded: again.files,
    events: again.events,
  },
});
