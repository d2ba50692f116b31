import { answeredOtherwise } from '../forge/reanswer.ts';
import { otherKey } from '../forge/reissue.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'OCSP-SIGNATURE',
  title: 'the response was signed by another key than the one that was approved',
  faults: answeredOtherwise({ key: otherKey().privateKey }),
  shell: true,
});
