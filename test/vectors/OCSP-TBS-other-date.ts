import { answeredOtherwise, shorter } from '../forge/reanswer.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'OCSP-TBS',
  title: 'another OCSP response was signed than the approved one',
  faults: answeredOtherwise({ answers: shorter, unapproved: true }),
  shell: true,
});
