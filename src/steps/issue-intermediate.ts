import { defineStep } from '../plan/step-type.ts';
import { issuedBelow } from './issued-below.ts';

/** Issues the certificate of a CA below another. */
export const issueIntermediate = defineStep({
  name: 'issue-intermediate',
  version: 1,
  summary: 'Issue the certificate of a CA below another one.',
  ...issuedBelow('subordinate-ca'),
});
