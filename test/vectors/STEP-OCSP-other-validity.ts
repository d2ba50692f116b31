import { answeredOtherwise, shorter } from '../forge/reanswer.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-OCSP',
  title: 'the response ends at another time than the script says',
  faults: answeredOtherwise({ answers: shorter }),
});
