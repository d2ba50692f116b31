import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'MANIFEST-MODE',
  title: 'the manifest names another mode',
  faults: { manifest: (manifest) => void (manifest['mode'] = 'production') },
});
