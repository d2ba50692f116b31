import { encodeName, subjectOf } from '../../src/pki/name.ts';
import { reissuedAfter } from '../forge/reissue-after.ts';
import { defineVector } from '../forge/vector.ts';

const again = reissuedAfter((request) => ({
  ...request,
  issuer: { ...request.issuer, name: encodeName(subjectOf({ CN: 'rehearsal Another Root CA' })) },
}));

export const vector = defineVector({
  check: 'STEP-CRL',
  title: 'the CRL names another issuer than the CA whose key signed it',
  faults: { follows: true, recorded: again.files, events: again.events },
});
