import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'MANIFEST-ROSTER',
  title: 'the manifest names another roster',
  faults: { manifest: (manifest) => void (manifest['roster'] = OTHER_DIGEST) },
  shell: true,
});
