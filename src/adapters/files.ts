import {
  closeSync,
  constants,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { CeremonyError } from '../base/errors.ts';
import type { Files } from '../ports.ts';

/** Where a file lies until it is whole and durable. Nothing here has its final name. */
const INCOMING = '.incoming';
/** Parts of a pack's paths: no dots in front, nothing that a shell or a vfat stick would mind. */
const PART = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}$/;

/** Makes files and folders durable; Node refuses fsync under its permission model, so the supervisor does it. */
export type Sync = (paths: readonly string[]) => Promise<void>;

/**
 * A folder in which files are created exclusively, whole, and durable, and never overwritten. Links are never
 * followed: a folder of a path must be a folder, a file a file.
 */
export class FolderFiles implements Files {
  readonly #root: string;
  readonly #sync: Sync;
  readonly #made = new Set<string>();
  readonly #appending = new Map<string, number>();
  #count = 0;

  constructor(root: string, sync: Sync) {
    this.#root = root;
    this.#sync = sync;
  }

  async create(path: string, bytes: Uint8Array): Promise<void> {
    await this.createAll([[path, bytes]]);
  }

  async createAll(files: Iterable<readonly [path: string, bytes: Uint8Array]>): Promise<void> {
    const incoming: { readonly path: string; readonly from: string; readonly to: string }[] = [];
    await this.#makeFolder(INCOMING);
    for (const [path, bytes] of files) {
      const to = this.#resolve(path);
      await this.#makeFolder(dirname(path));
      const from = join(this.#root, INCOMING, String(++this.#count));
      try {
        writeNew(from, bytes);
      } catch (cause) {
        throw refusal(cause, path);
      }
      incoming.push({ path, from, to });
    }
    await this.#sync(incoming.map((file) => file.from));
    for (const { path, from, to } of incoming) {
      try {
        // link() refuses an existing name, which rename() would replace.
        linkSync(from, to);
        unlinkSync(from);
      } catch (cause) {
        throw refusal(cause, path);
      }
    }
    await this.#sync([...new Set(incoming.map((file) => dirname(file.to)))]);
  }

  async append(path: string, line: string): Promise<void> {
    try {
      const known = this.#appending.get(path);
      const fd =
        known ??
        openSync(
          this.#resolve(path),
          constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_APPEND | constants.O_SYNC,
          0o600,
        );
      if (known === undefined) {
        this.#appending.set(path, fd);
        await this.#sync([this.#root]);
      }
      // O_SYNC: the line is durable when the write returns.
      writeWhole(fd, Buffer.from(`${line}\n`));
    } catch (cause) {
      throw refusal(cause, path);
    }
  }

  async read(path: string): Promise<Uint8Array> {
    const target = this.#resolve(path);
    try {
      const fd = openSync(target, constants.O_RDONLY | constants.O_NOFOLLOW);
      try {
        return readFileSync(fd);
      } finally {
        closeSync(fd);
      }
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === 'ENOENT') throw new CeremonyError('FILE_MISSING', `"${path}" is not in "${this.#root}"`, { cause });
      throw new CeremonyError('FILE_UNREADABLE', `"${path}" cannot be read: ${code ?? 'unknown error'}`, { cause });
    }
  }

  /** Lets go of the transcript's files and removes the empty folder for incoming ones. Nothing is written after it. */
  close(): void {
    for (const fd of this.#appending.values()) closeSync(fd);
    this.#appending.clear();
    if (this.#made.has(INCOMING)) rmdirSync(join(this.#root, INCOMING));
  }

  async list(): Promise<readonly string[]> {
    const found: string[] = [];
    const walk = (folder: string) => {
      for (const entry of readdirSync(join(this.#root, folder), { withFileTypes: true })) {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (path === INCOMING) continue;
        if (entry.isDirectory()) walk(path);
        else if (entry.isFile()) found.push(path);
        else throw new CeremonyError('PATH_REFUSED', `"${path}" is neither a file nor a folder`);
      }
    };
    walk('');
    return found.sort();
  }

  #resolve(path: string): string {
    const parts = path.split('/');
    if (!parts.every((part) => PART.test(part)))
      throw new CeremonyError('PATH_REFUSED', `"${path}" is not a path inside the output folder`);
    return join(this.#root, ...parts);
  }

  async #makeFolder(folder: string): Promise<void> {
    if (folder === '.' || this.#made.has(folder)) return;
    const path = folder === INCOMING ? join(this.#root, INCOMING) : this.#resolve(folder);
    await this.#makeFolder(dirname(folder));
    try {
      mkdirSync(path);
      await this.#sync([dirname(path)]);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw refusal(cause, folder);
      if (!lstatSync(path).isDirectory())
        throw new CeremonyError('PATH_REFUSED', `"${folder}" is a link or a file where a folder must be`);
    }
    this.#made.add(folder);
  }
}

function writeNew(path: string, bytes: Uint8Array): void {
  const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
  try {
    writeWhole(fd, bytes);
  } finally {
    closeSync(fd);
  }
}

function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

function refusal(cause: unknown, path: string): Error {
  if (cause instanceof CeremonyError) return cause;
  const { code } = cause as NodeJS.ErrnoException;
  switch (code) {
    case 'EEXIST':
      return new CeremonyError('OUTPUT_EXISTS', `"${path}" exists already; nothing is overwritten`, { cause });
    case 'ENOSPC':
    case 'EDQUOT':
      return new CeremonyError('OUTPUT_FULL', `there is no room for "${path}"`, {
        cause,
        hint: 'what is written is whole; make room and start again',
      });
    case 'ELOOP':
      return new CeremonyError('PATH_REFUSED', `"${path}" is a link where a file must be`, { cause });
    case undefined:
      return cause instanceof Error ? cause : new Error(String(cause));
    default:
      return new CeremonyError('OUTPUT_UNWRITABLE', `"${path}" cannot be written: ${code}`, { cause });
  }
}
