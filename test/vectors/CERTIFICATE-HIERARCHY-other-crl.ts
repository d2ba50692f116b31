import { reissuedBelow } from '../forge/reissue-below.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CERTIFICATE-HIERARCHY',
  title: 'one of two certificates below the root names another CRL than the other',
  faults: reissuedBelow('tls-ca-2', {
    request: (request) => ({
      ...request,
      profile: {
        ...request.profile,
        fields: { ...request.profile.fields, crl: 'http://pki.example.com/other.crl' },
      },
    }),
  }),
});
