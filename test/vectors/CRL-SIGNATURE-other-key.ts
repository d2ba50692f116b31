import { otherKey, reissued } from '../forge/reissue.ts';
import { defineVector } from '../forge/vector.ts';

const again = reissued({ key: { crl: otherKey().privateKey } });

export const vector = defineVector({
  check: 'CRL-SIGNATURE',
  title: 'the CRL was signed by another key than the generated one',
  faults: { recorded: again.files, events: again.events },
  shell: true,
});
