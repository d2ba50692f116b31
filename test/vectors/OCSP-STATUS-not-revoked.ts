import { answeredOtherwise } from '../forge/reanswer.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'OCSP-STATUS',
  title: 'the response says of a certificate that it is revoked, and the CRL does not list it',
  faults: answeredOtherwise({
    answers: (asked) => ({
      ...asked,
      answers: asked.answers.map((one) => ({ ...one, revoked: { at: asked.thisUpdate, reason: 'superseded' } })),
    }),
  }),
});
