import { renewedOtherwise } from '../forge/reissue-below.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CERTIFICATE-HIERARCHY',
  title: 'a root that is issued again has a key usage that it had not',
  faults: renewedOtherwise({
    request: (request) => ({
      ...request,
      profile: { ...request.profile, fields: { ...request.profile.fields, 'key-usage': ['digitalSignature', 'keyCertSign', 'cRLSign'] } },
    }),
  }),
});
