import { type Sha256, sha256 } from '../base/digest.ts';
import { HeldOctets } from '../base/held-octets.ts';
import type { Octets } from '../base/octets.ts';
import type { Files } from '../ports.ts';

/**
 * Copies files, each read as it is written: of a large one no more than a window is in memory. All of them are durable
 * together before the first has its name.
 * @param names of each: where it is read, and where it goes
 * @returns what was written, by where it went, in the given order
 */
export async function copyFiles(
  open: (path: string) => Promise<Octets>,
  to: Pick<Files, 'createAll'>,
  names: Iterable<readonly [from: string, to: string]>,
): Promise<Map<string, Sha256>> {
  const written = new Map<string, Sha256>();
  await to.createAll(
    (async function* () {
      for (const [from, path] of names) {
        const there = await open(from);
        // What is written is what the digest is of, though it is read for both.
        const bytes = there instanceof Uint8Array ? there : HeldOctets.of(there, from);
        written.set(path, sha256(bytes));
        yield [path, bytes] as const;
      }
    })(),
  );
  return written;
}
