import { CeremonyError } from '../base/errors.ts';
import { type Octets, sameOctets } from '../base/octets.ts';
import type { Files, NewFiles, SettledFiles } from '../ports.ts';

/**
 * Files of a ceremony that goes on: what is there already, byte for byte, is kept; nothing else changes. Everything
 * that a step writes follows from the record, so that a step which is run again writes the same. What is kept may have got
 * its name right before the program was killed: that is made durable here.
 * @param files a file of the same name with other bytes is refused as ever: OUTPUT_EXISTS
 */
export function keeping(files: SettledFiles): Files {
  const isThere = async (path: string, bytes: Octets): Promise<boolean> => {
    try {
      return sameOctets(await files.open(path), bytes);
    } catch (error) {
      if (error instanceof CeremonyError && error.code === 'FILE_MISSING') return false;
      throw error;
    }
  };
  const missing = async function* (wanted: NewFiles, kept: string[]) {
    for await (const [path, bytes] of wanted)
      if (await isThere(path, bytes)) kept.push(path);
      else yield [path, bytes] as const;
  };
  const createAll = async (wanted: NewFiles): Promise<void> => {
    const kept: string[] = [];
    await files.createAll(missing(wanted, kept));
    if (kept.length > 0) await files.settle(kept);
  };
  return {
    create: (path, bytes) => createAll([[path, bytes]]),
    createAll,
    append: (path, lines) => files.append(path, lines),
    read: (path, most) => files.read(path, most),
    open: (path, most) => files.open(path, most),
    list: () => files.list(),
  };
}
