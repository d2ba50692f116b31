import { PATH } from '../../src/pack/layout.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PREVIOUS-MANIFEST',
  title: 'a first ceremony carries the manifest of a pack before it',
  shell: true,
  faults: { before: (files) => void files.set(PATH.previousManifest, Buffer.from('{}')) },
});
