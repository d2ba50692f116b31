import { CeremonyError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import type { Copies, CopyFiles, NewFiles, RecoverableFiles } from '../ports.ts';
import { isInterruption } from './attendance.ts';
import { type Copy, completeCopy } from './complete-copy.ts';

/**
 * Two folders on two media that hold the same, file by file and line by line: what is durable in the one is durable in
 * the other before anything else is done. Where one of them fails and the other does not, what was to be written is
 * written, and people decide how it goes on; where both fail, the failure is that of any output folder.
 */
export class MirroredFiles implements RecoverableFiles, Copies {
  readonly #copies: Copy[];
  readonly #reopen: (at: string) => Promise<CopyFiles>;
  #lost: { readonly copy: Copy; readonly error: CeremonyError } | undefined;
  #isDecided = true;

  /** @param reopen a folder that was lost, or what stands in its place now: COPY_LOST where there is none */
  constructor(copies: readonly [Copy, Copy], reopen: (at: string) => Promise<CopyFiles>) {
    this.#copies = [...copies];
    this.#reopen = reopen;
  }

  get lost(): CeremonyError | undefined {
    return this.#isDecided ? undefined : this.#lost?.error;
  }

  /** The folder that does not hold the record to its end, whatever people decided. */
  get lostAt(): string | undefined {
    return this.#lost?.copy.at;
  }

  async restore(): Promise<void> {
    const [live] = this.#copies;
    if (!this.#lost || !live) return;
    const { at } = this.#lost.copy;
    let copy: Copy;
    try {
      copy = { at, files: await this.#reopen(at) };
      await completeCopy(live, copy);
    } catch (cause) {
      // The other one may be lost meanwhile: that it can be read is seen at the next line.
      throw isLoss(cause) ? lostError(at, cause) : cause;
    }
    this.#copies.push(copy);
    this.#lost = undefined;
    this.#isDecided = true;
  }

  forgo(): void {
    this.#isDecided = true;
  }

  async create(path: string, bytes: Octets): Promise<void> {
    await this.createAll([[path, bytes]]);
  }

  /** What cannot be read any more once the first folder has all of it is read from there: no copy is lost by that. */
  async createAll(files: NewFiles): Promise<void> {
    const all: NewFile[] = [];
    for await (const one of files) all.push(one);
    let whole: CopyFiles | undefined;
    await this.#both(async (copy) => {
      try {
        await copy.createAll(all);
      } catch (cause) {
        // What cannot be written has other codes.
        if (!whole || !(cause instanceof CeremonyError && cause.code === 'FILE_UNREADABLE')) throw cause;
        await copy.createAll(await readFrom(whole, all));
      }
      whole ??= copy;
    });
  }

  async settle(paths: readonly string[]): Promise<void> {
    await this.#both((files) => files.settle(paths));
  }

  async append(path: string, lines: string): Promise<void> {
    await this.#both((files) => files.append(path, lines));
  }

  async setAside(path: string, to: string): Promise<void> {
    await this.#both((files) => files.setAside(path, to));
  }

  async truncate(path: string, length: number): Promise<void> {
    await this.#both((files) => files.truncate(path, length));
  }

  async read(path: string): Promise<Uint8Array> {
    return await this.#either((files) => files.read(path));
  }

  /** Of one of the two: it is lost with that one, and opened again. */
  async open(path: string, most?: number): Promise<Octets> {
    return await this.#either((files) => files.open(path, most));
  }

  async list(): Promise<readonly string[]> {
    return await this.#either((files) => files.list());
  }

  async #both(act: (files: CopyFiles) => Promise<void>): Promise<void> {
    const failures: { copy: Copy; cause: unknown }[] = [];
    for (const copy of this.#copies) {
      try {
        await act(copy.files);
      } catch (cause) {
        if (!isLoss(cause)) throw cause;
        failures.push({ copy, cause });
      }
    }
    const [failure] = failures;
    if (!failure) return;
    // What neither takes is refused, whatever it is: nothing is known to be lost by that.
    if (failures.length === this.#copies.length) throw failure.cause;
    this.#lose(failure.copy, failure.cause);
  }

  async #either<T>(act: (files: CopyFiles) => Promise<T>): Promise<T> {
    const [first, second] = this.#copies as [Copy, Copy?];
    try {
      return await act(first.files);
    } catch (cause) {
      if (!second || !isLoss(cause)) throw cause;
      let value: T;
      try {
        value = await act(second.files);
      } catch {
        throw cause;
      }
      this.#lose(first, cause);
      return value;
    }
  }

  #lose(copy: Copy, cause: unknown): void {
    this.#copies.splice(this.#copies.indexOf(copy), 1);
    this.#lost = { copy, error: lostError(copy.at, cause) };
    this.#isDecided = false;
  }
}

type NewFile = readonly [path: string, bytes: Octets];

/** The same files as they lie there, as far as they are not in memory. */
async function readFrom(there: CopyFiles, files: readonly NewFile[]): Promise<readonly NewFile[]> {
  const opened: NewFile[] = [];
  for (const [path, bytes] of files)
    opened.push([path, bytes instanceof Uint8Array ? bytes : await there.open(path, bytes.length)]);
  return opened;
}

function lostError(at: string, cause: unknown): CeremonyError {
  if (cause instanceof CeremonyError && (cause.code === 'COPY_LOST' || cause.code === 'COPY_DIFFERS')) return cause;
  return new CeremonyError('COPY_LOST', `the copy of the record in "${at}" is lost: ${(cause as Error).message}`, {
    cause,
    hint: 'put it back, or an empty medium in its place, and try again; or go on with one copy',
  });
}

/** A folder that fails says so by a refusal or by an error of the system; a process that ended is neither. */
function isLoss(cause: unknown): boolean {
  if (cause instanceof CeremonyError) return !isInterruption(cause);
  return cause instanceof Error && 'syscall' in cause;
}
