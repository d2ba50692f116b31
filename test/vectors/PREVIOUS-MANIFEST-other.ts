import { canonicalBytes, type JsonObject } from '../../src/base/canonical-json.ts';
import { PATH } from '../../src/pack/layout.ts';
import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PREVIOUS-MANIFEST',
  title: 'the manifest of the pack before is another one',
  shell: true,
  faults: {
    follows: true,
    before: (files) => {
      const manifest = JSON.parse(Buffer.from(files.get(PATH.previousManifest) ?? '').toString()) as JsonObject;
      files.set(PATH.previousManifest, canonicalBytes({ ...manifest, head: OTHER_DIGEST }));
    },
  },
});
