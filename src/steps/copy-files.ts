import { type Sha256, sha256 } from '../base/digest.ts';
import type { Files } from '../ports.ts';

/**
 * Copies files, each read when it is written: of a pack with large files no more is in memory. All of them are durable
 * together before the first has its name.
 * @param names of each: where it is read, and where it goes
 * @returns what was written, by where it went, in the given order
 */
export async function copyFiles(
  read: (path: string) => Promise<Uint8Array>,
  to: Pick<Files, 'createAll'>,
  names: Iterable<readonly [from: string, to: string]>,
): Promise<Map<string, Sha256>> {
  const written = new Map<string, Sha256>();
  await to.createAll(
    (async function* () {
      for (const [from, path] of names) {
        const bytes = await read(from);
        written.set(path, sha256(bytes));
        yield [path, bytes] as const;
      }
    })(),
  );
  return written;
}
