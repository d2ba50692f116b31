import { otherKey, reissued } from '../forge/reissue.ts';
import { defineVector } from '../forge/vector.ts';

const again = reissued({ key: { certificate: otherKey().privateKey } });

export const vector = defineVector({
  check: 'CERTIFICATE-SIGNATURE',
  title: 'the certificate was signed by another key than the generated one',
  faults: { recorded: again.files, events: again.events },
  shell: true,
});
