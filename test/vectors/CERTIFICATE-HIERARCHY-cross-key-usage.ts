import { crossedOtherwise } from '../forge/reissue-below.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CERTIFICATE-HIERARCHY',
  title: 'a cross-certificate has a key usage that the existing certificate has not',
  faults: crossedOtherwise({
    request: (request) => ({
      ...request,
      profile: { ...request.profile, fields: { ...request.profile.fields, 'key-usage': ['digitalSignature', 'keyCertSign', 'cRLSign'] } },
    }),
  }),
});
