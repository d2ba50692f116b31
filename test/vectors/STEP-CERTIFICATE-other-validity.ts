import { reissued } from '../forge/reissue.ts';
import { defineVector } from '../forge/vector.ts';

const again = reissued({ certificate: (request) => ({ ...request, notAfter: request.notAfter.replace('2037', '2038') }) });

export const vector = defineVector({
  check: 'STEP-CERTIFICATE',
  title: 'the certificate is valid for a day longer than planned',
  faults: { recorded: again.files, events: again.events },
});
