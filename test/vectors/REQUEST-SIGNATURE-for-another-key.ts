import { otherKey } from '../forge/reissue.ts';
import { requestedOtherwise } from '../forge/rerequest.ts';
import { defineVector } from '../forge/vector.ts';

const { privateKey, spki } = otherKey();

export const vector = defineVector({
  check: 'REQUEST-SIGNATURE',
  title: 'the request is for another key than the one that was approved, and that other key signed it',
  faults: requestedOtherwise({ key: privateKey, spki }),
  shell: true,
});
