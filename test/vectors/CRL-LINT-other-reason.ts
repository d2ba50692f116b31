import { reissued } from '../forge/reissue.ts';
import { reissuedAfter } from '../forge/reissue-after.ts';
import { defineVector } from '../forge/vector.ts';

const before = reissued({
  crl: (request) => ({
    ...request,
    revoked: [{ serial: Uint8Array.of(5), at: request.thisUpdate, reason: 'keyCompromise' }],
  }),
});
const again = reissuedAfter((request) => ({
  ...request,
  revoked: Array.from(request.revoked, (entry) => ({ ...entry, reason: 'superseded' as const })),
}));

export const vector = defineVector({
  check: 'CRL-LINT',
  title: 'the CRL repeats what the last one lists, for another reason',
  faults: {
    follows: { recorded: before.files, events: before.events },
    recorded: again.files,
    events: again.events,
  },
});
