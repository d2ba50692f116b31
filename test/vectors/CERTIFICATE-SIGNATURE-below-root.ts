import { otherKey } from '../forge/reissue.ts';
import { reissuedBelow } from '../forge/reissue-below.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CERTIFICATE-SIGNATURE',
  title: "the certificate below the root was signed by another key than the root's",
  faults: reissuedBelow('tls-ca-2', { key: otherKey().privateKey }),
  shell: true,
});
