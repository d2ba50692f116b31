import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'MANIFEST-EVENTS',
  title: 'the manifest counts one event more',
  faults: { manifest: (manifest) => void (manifest['events'] = Number(manifest['events']) + 1) },
  shell: true,
});
