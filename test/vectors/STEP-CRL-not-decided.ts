import { reissuedAfter } from '../forge/reissue-after.ts';
import { deciding } from '../forge/revoking.ts';
import { defineVector } from '../forge/vector.ts';

const again = reissuedAfter((request) => ({ ...request, revoked: [] }), 'example-root-g1');

export const vector = defineVector({
  check: 'STEP-CRL',
  title: 'the CRL does not list what was decided in the ceremony',
  faults: { ...deciding(), recorded: again.files, events: again.events },
});
