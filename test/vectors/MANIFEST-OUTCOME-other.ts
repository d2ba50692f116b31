import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'MANIFEST-OUTCOME',
  title: 'the manifest names another outcome',
  faults: { manifest: (manifest) => void (manifest['outcome'] = 'aborted') },
});
