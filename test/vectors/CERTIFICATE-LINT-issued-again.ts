import { renewedOtherwise } from '../forge/reissue-below.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CERTIFICATE-LINT',
  title: 'a root that is issued again is valid for longer than the rules allow',
  faults: renewedOtherwise({ request: (request) => ({ ...request, notAfter: '2060-01-01T00:00:00Z' }) }),
});
