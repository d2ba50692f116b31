import { reissued } from '../forge/reissue.ts';
import { defineVector } from '../forge/vector.ts';

const again = reissued({ crl: (request) => ({ ...request, nextUpdate: request.thisUpdate.replace('2027', '2028').replace('-03-10', '-03-01') }) });

export const vector = defineVector({
  check: 'STEP-CRL',
  title: 'the CRL is valid for longer than planned',
  faults: { recorded: again.files, events: again.events },
});
