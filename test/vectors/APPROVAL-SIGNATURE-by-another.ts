import { withoutApprover } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'APPROVAL-SIGNATURE',
  title: "an officer's approval was signed with another officer's token",
  faults: {
    events: withoutApprover('activation', 'erin'),
    sign: (path, content, { signWith, tokenOf }) => (/^approvals\/.*-erin\.p7s$/.test(path) ? signWith(tokenOf('bob'), content) : undefined),
  },
  shell: true,
});
