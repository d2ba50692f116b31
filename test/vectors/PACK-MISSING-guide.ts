import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PACK-MISSING',
  title: 'VERIFY.md was left out before the manifest was made',
  faults: { files: (files) => void files.delete('VERIFY.md') },
});
