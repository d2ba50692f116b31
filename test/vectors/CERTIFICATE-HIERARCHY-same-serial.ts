import { reissuedBelow } from '../forge/reissue-below.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CERTIFICATE-HIERARCHY',
  title: 'two certificates of one issuer have one serial number',
  faults: reissuedBelow('tls-ca-2', { serial: (there) => there('tls-ca-1').serial.bytes }),
});
