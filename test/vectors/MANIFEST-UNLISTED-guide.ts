import { defineVector } from '../forge/vector.ts';

type Entry = { path: string; sha256: string; size: number };
const entries = (manifest: Record<string, unknown>) => manifest['files'] as Entry[];

export const vector = defineVector({
  check: 'MANIFEST-UNLISTED',
  title: 'a file is there that the manifest does not list',
  faults: { manifest: (manifest) => void (manifest['files'] = entries(manifest).filter((file) => file.path !== 'VERIFY.md')) },
  shell: true,
});
