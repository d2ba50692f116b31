import { defineVector, OTHER_DIGEST } from '../forge/vector.ts';

type Entry = { path: string; sha256: string; size: number };
const entries = (manifest: Record<string, unknown>) => manifest['files'] as Entry[];

export const vector = defineVector({
  check: 'MANIFEST-DIGEST',
  title: 'the manifest has another digest for a file',
  faults: {
    manifest: (manifest) => {
      manifest['files'] = entries(manifest).map((file) => (file.path === 'VERIFY.md' ? { ...file, sha256: OTHER_DIGEST } : file));
    },
  },
  shell: true,
});
