import { answeredOtherwise } from '../forge/reanswer.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'OCSP-RESPONDER',
  title: "the response of a responder comes without the responder's certificate",
  faults: answeredOtherwise({ certificates: [] }),
  shell: true,
});
