import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'SIGNATURE-MISSING',
  title: 'the witness has not signed the manifest',
  faults: { sealed: (files) => void files.delete('signatures/gus.p7s') },
  shell: true,
});
