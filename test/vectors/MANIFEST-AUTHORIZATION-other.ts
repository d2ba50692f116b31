import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'MANIFEST-AUTHORIZATION',
  title: 'the manifest names another authorization',
  faults: { manifest: (manifest) => void (manifest['authorization'] = OTHER_DIGEST) },
  shell: true,
});
