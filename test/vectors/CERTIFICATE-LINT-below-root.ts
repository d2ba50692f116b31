import { reissuedBelow } from '../forge/reissue-below.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CERTIFICATE-LINT',
  title: 'the certificate of an issuing CA may sign no certificates',
  faults: reissuedBelow('tls-ca-2', {
    request: (request) => ({
      ...request,
      profile: { ...request.profile, fields: { ...request.profile.fields, 'key-usage': ['cRLSign'] } },
    }),
  }),
});
