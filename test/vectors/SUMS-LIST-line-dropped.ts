import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'SUMS-LIST',
  title: 'SHA256SUMS leaves out a file',
  faults: { sums: (text) => text.replace(/^.* VERIFY\.md\n/m, '') },
  shell: true,
});
