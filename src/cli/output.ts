import { FolderFiles, type Sync } from '../adapters/files.ts';
import { CeremonyError } from '../base/errors.ts';
import type { CopyFiles, RecoverableFiles } from '../ports.ts';
import { alignCopies } from '../run/complete-copy.ts';
import { MirroredFiles } from '../run/mirrored-files.ts';

export interface OutputSetting {
  readonly out: string;
  /** A second folder, which holds the same. */
  readonly mirror?: string;
  /** Whether the ceremony in them goes on after an interruption. */
  readonly resume?: boolean;
  readonly sync: Sync;
  /** Has the supervisor look whether a folder that was lost is there again. */
  readonly bringBack: (at: string) => Promise<void>;
}

/** The folder of a ceremony, or the two that hold the same. */
export interface Output {
  readonly files: RecoverableFiles;
  /** What `files` are, where they are two. */
  readonly copies: MirroredFiles | undefined;
  /** Whether one of them was behind, and is not any more. */
  readonly isCompleted: boolean;
  /** Takes room in each. @throws CeremonyError OUTPUT_FULL */
  reserve(bytes: number): Promise<void>;
  close(): void;
  /** Of a ceremony that is sealed: why one of the two does not hold it, where nobody was asked any more. */
  readonly unfinished: CeremonyError | undefined;
}

/** @throws CeremonyError COPY_DIFFERS, TRANSCRIPT_BROKEN: nothing has been changed then */
export async function openOutput({ out, mirror, resume = false, sync, bringBack }: OutputSetting): Promise<Output> {
  const opened = new Map<string, FolderFiles>();
  const open = (at: string, goesOn: boolean): FolderFiles => {
    const files = new FolderFiles(at, sync, goesOn);
    opened.set(at, files);
    return files;
  };
  const output = (files: RecoverableFiles, copies: MirroredFiles | undefined, isCompleted: boolean): Output => ({
    files,
    copies,
    isCompleted,
    reserve: async (bytes) => {
      for (const one of opened.values()) await one.reserve(bytes);
    },
    get unfinished() {
      const lost = copies?.lost;
      return (
        lost &&
        new CeremonyError(lost.code, lost.message, {
          cause: lost,
          hint: 'the pack in the other folder is whole; the same command with --resume completes this one',
        })
      );
    },
    close: () => {
      for (const [at, one] of opened) if (copies?.lostAt !== at) one.close();
      const gone = opened.get(copies?.lostAt ?? '');
      if (gone) letGo(gone);
    },
  });
  const first = open(out, resume);
  if (mirror === undefined) return output(first, undefined, false);
  const second = open(mirror, resume);
  const pair = [
    { at: out, files: first },
    { at: mirror, files: second },
  ] as const;
  const isCompleted = resume && (await alignCopies(...pair));
  const reopen = async (at: string): Promise<CopyFiles> => {
    const before = opened.get(at);
    await bringBack(at);
    if (before) letGo(before);
    const files = open(at, true);
    files.sweep();
    return files;
  };
  const copies = new MirroredFiles(pair, reopen);
  return output(copies, copies, isCompleted);
}

/** What lay on a medium that was lost cannot even be closed, perhaps. */
function letGo(files: FolderFiles): void {
  try {
    files.close();
  } catch {
    // Its descriptors are gone with it.
  }
}
