import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'MANIFEST-CEREMONY',
  title: 'the manifest names another ceremony',
  faults: { manifest: (manifest) => void (manifest['ceremony'] = OTHER_DIGEST) },
  shell: true,
});
