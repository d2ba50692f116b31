import { otherKey } from '../forge/reissue.ts';
import { requestedOtherwise } from '../forge/rerequest.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'REQUEST-SIGNATURE',
  title: 'the request was signed by another key than the one that it is for',
  faults: requestedOtherwise({ key: otherKey().privateKey }),
  shell: true,
});
