import { CeremonyError } from '../base/errors.ts';
import type { Files, NewFiles } from '../ports.ts';

/**
 * Files of a ceremony that goes on: what is there already, byte for byte, is kept; nothing else changes. Everything
 * that a step writes follows from the record, so that a step which is run again writes the same.
 * @param files a file of the same name with other bytes is refused as ever: OUTPUT_EXISTS
 */
export function keeping(files: Files): Files {
  const isThere = async (path: string, bytes: Uint8Array): Promise<boolean> => {
    try {
      return Buffer.compare(await files.read(path), bytes) === 0;
    } catch (error) {
      if (error instanceof CeremonyError && error.code === 'FILE_MISSING') return false;
      throw error;
    }
  };
  const missing = async function* (wanted: NewFiles) {
    for await (const [path, bytes] of wanted) if (!(await isThere(path, bytes))) yield [path, bytes] as const;
  };
  const createAll = (wanted: NewFiles): Promise<void> => files.createAll(missing(wanted));
  return {
    create: (path, bytes) => createAll([[path, bytes]]),
    createAll,
    append: (path, lines) => files.append(path, lines),
    read: (path, most) => files.read(path, most),
    list: () => files.list(),
  };
}
