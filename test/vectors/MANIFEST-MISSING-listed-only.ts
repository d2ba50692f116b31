import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

type Entry = { path: string; sha256: string; size: number };
const entries = (manifest: Record<string, unknown>) => manifest['files'] as Entry[];

export const vector = defineVector({
  check: 'MANIFEST-MISSING',
  title: 'the manifest lists a file that is not there',
  faults: {
    manifest: (manifest) => {
      const extra = { path: 'publish/extra.crt', sha256: OTHER_DIGEST, size: 1 };
      manifest['files'] = [...entries(manifest), extra].sort((a, b) => (a.path < b.path ? -1 : 1));
    },
  },
  shell: true,
});
