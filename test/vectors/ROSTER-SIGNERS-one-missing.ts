import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ROSTER-SIGNERS',
  title: 'a member has not signed the roster',
  faults: { files: (files) => void files.delete('roster/alice.p7s') },
  shell: true,
});
