import { reissuedAfter } from '../forge/reissue-after.ts';
import { defineVector } from '../forge/vector.ts';

const again = reissuedAfter((request) => ({ ...request, number: request.number - 1n }));

export const vector = defineVector({
  check: 'CRL-LINT',
  title: 'the CRL has the number of the last one',
  faults: { follows: true, recorded: again.files, events: again.events },
});
