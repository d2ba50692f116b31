import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'MANIFEST-READ',
  title: 'the manifest ends in a space',
  faults: { manifestBytes: (bytes) => Buffer.concat([bytes, Buffer.from(' ')]) },
  shell: true,
});
