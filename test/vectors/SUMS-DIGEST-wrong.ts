import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'SUMS-DIGEST',
  title: 'SHA256SUMS has another digest for a file',
  faults: { sums: (text) => text.replace(/^[0-9a-f]{64}( {2}VERIFY\.md)$/m, `${OTHER_DIGEST}$1`) },
  shell: true,
});
