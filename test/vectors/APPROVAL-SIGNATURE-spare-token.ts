import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'APPROVAL-SIGNATURE',
  title: 'an approval names one token of the officer and was signed by the other',
  faults: { sign: (path, content, { signWith, tokenOf }) => (/^approvals\/.*-erin\.p7s$/.test(path) ? signWith(tokenOf('erin', 1), content) : undefined) },
});
