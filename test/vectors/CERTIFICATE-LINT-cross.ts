import { crossedOtherwise } from '../forge/reissue-below.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CERTIFICATE-LINT',
  title: 'a cross-certificate names its CRL by a file, which nobody outside can fetch',
  faults: crossedOtherwise({
    request: (request) => ({
      ...request,
      profile: { ...request.profile, fields: { ...request.profile.fields, crl: 'root.crl' } },
    }),
  }),
});
