import { reissued } from '../forge/reissue.ts';
import { reissuedAfter } from '../forge/reissue-after.ts';
import { defineVector } from '../forge/vector.ts';

const before = reissued({
  crl: (request) => ({
    ...request,
    revoked: [{ serial: Uint8Array.of(5), at: request.thisUpdate, reason: 'keyCompromise' }],
  }),
});
const again = reissuedAfter((request) => ({ ...request, revoked: [] }));

export const vector = defineVector({
  check: 'CRL-LINT',
  title: 'the CRL leaves out a certificate that the last one lists',
  faults: {
    follows: { recorded: before.files, events: before.events },
    recorded: again.files,
    events: again.events,
  },
});
