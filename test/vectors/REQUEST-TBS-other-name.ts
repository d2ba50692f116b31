import { otherName, requestedOtherwise } from '../forge/rerequest.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'REQUEST-TBS',
  title: 'another request was signed than the approved one',
  faults: requestedOtherwise({ request: otherName, unapproved: true }),
  shell: true,
});
