import { issuerIdentity } from '../../src/pki/issuer.ts';
import { reissuedBelow } from '../forge/reissue-below.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CERTIFICATE-ISSUER',
  title: 'the certificate names the other issuing CA as its issuer, and the root signed it',
  faults: reissuedBelow('tls-ca-2', {
    request: (request, there) => ({ ...request, issuer: issuerIdentity(there('tls-ca-1')) }),
  }),
  shell: true,
});
