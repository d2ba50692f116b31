import { reissuedBelow } from '../forge/reissue-below.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-CERTIFICATE',
  title: 'the certificate of an issuing CA is valid for a year longer than planned',
  faults: reissuedBelow('tls-ca-2', {
    request: (request) => ({ ...request, notAfter: request.notAfter.replace('2032', '2033') }),
  }),
});
