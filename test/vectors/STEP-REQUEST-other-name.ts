import { otherName, requestedOtherwise } from '../forge/rerequest.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-REQUEST',
  title: 'the request is under another name than planned',
  faults: requestedOtherwise({ request: otherName }),
});
