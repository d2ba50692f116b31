import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'MANIFEST-HEAD',
  title: 'the manifest names another head',
  faults: { manifest: (manifest) => void (manifest['head'] = OTHER_DIGEST) },
  shell: true,
});
