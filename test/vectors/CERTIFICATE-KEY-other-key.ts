import { otherKey, reissued } from '../forge/reissue.ts';
import { defineVector } from '../forge/vector.ts';

const again = reissued({ spki: otherKey().spki });

export const vector = defineVector({
  check: 'CERTIFICATE-KEY',
  title: 'the certificate certifies another key than the generated one',
  faults: { recorded: again.files, events: again.events },
  shell: true,
});
