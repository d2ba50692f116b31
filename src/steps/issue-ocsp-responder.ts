import { RESPONDER } from '../plan/issuing.ts';
import { defineStep } from '../plan/step-type.ts';
import { issuedBelow } from './issued-below.ts';

/**
 * Issues the certificate of a responder to which a CA delegates its answers (RFC 6960 §4.2.2.2): no CA, and nobody asks
 * whether it is revoked, so that its dates are short.
 */
export const issueOcspResponder = defineStep({
  name: RESPONDER,
  version: 1,
  summary: 'Issue the certificate of an OCSP responder of a CA.',
  ...issuedBelow('ocsp-responder'),
});
