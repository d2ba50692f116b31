import { type Sha256, sha256 } from '../base/digest.ts';
import type { Files } from '../ports.ts';

/** Of one group that becomes durable together: a thousand files are not waited for one by one, nor all in memory at once. */
const [MOST_FILES, MOST_BYTES] = [256, 8 * 1024 * 1024];

/**
 * Copies files in groups, each read when its group is written: of a pack with large files no more is in memory.
 * @param names of each: where it is read, and where it goes
 * @returns what was written, by where it went, in the given order
 */
export async function copyFiles(
  read: (path: string) => Promise<Uint8Array>,
  to: Pick<Files, 'createAll'>,
  names: Iterable<readonly [from: string, to: string]>,
): Promise<Map<string, Sha256>> {
  const written = new Map<string, Sha256>();
  let group: [path: string, bytes: Uint8Array][] = [];
  let size = 0;
  const write = async () => {
    await to.createAll(group);
    for (const [path, bytes] of group) written.set(path, sha256(bytes));
    group = [];
    size = 0;
  };
  for (const [from, path] of names) {
    const bytes = await read(from);
    if (group.length === MOST_FILES || (size > 0 && size + bytes.length > MOST_BYTES)) await write();
    group.push([path, bytes]);
    size += bytes.length;
  }
  if (group.length > 0) await write();
  return written;
}
