import { reissuedBelow } from '../forge/reissue-below.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CERTIFICATE-HIERARCHY',
  title: 'one of two certificates below the root names another place of the root’s certificate than the other',
  faults: reissuedBelow('tls-ca-2', {
    request: (request) => ({
      ...request,
      profile: {
        ...request.profile,
        fields: { ...request.profile.fields, 'ca-issuers': 'http://pki.example.com/other.crt' },
      },
    }),
  }),
});
