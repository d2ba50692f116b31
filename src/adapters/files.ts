import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  opendirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmdirSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CeremonyError } from '../base/errors.ts';
import { type Octets, windowsOf } from '../base/octets.ts';
import type { CopyFiles, FolderEntry, MediumFiles, NewFiles } from '../ports.ts';
import { FileOctets } from './file-octets.ts';

/** Where a file lies until it is whole and durable. Nothing here has its final name. */
const INCOMING = '.incoming';
const RESERVE = 'reserve';
/** Parts of a pack's paths: no dots in front, nothing that a shell or a vfat stick would mind. */
const PART = /^[A-Za-z0-9+][A-Za-z0-9._@+=-]{0,159}$/;

const APPEND = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_APPEND | constants.O_SYNC;
const APPEND_MORE = constants.O_WRONLY | constants.O_APPEND | constants.O_SYNC | constants.O_NOFOLLOW;
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
/** Without waiting: a pipe where a file must be would hang until somebody writes to it. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Makes files and folders durable; Node refuses fsync under its permission model, so the supervisor does it. A path that
 * ends in a slash stands for a folder and all that is below it.
 */
export type Sync = (paths: readonly string[]) => Promise<void>;

/**
 * A folder in which files are created exclusively, whole, and durable, and never overwritten. Links are never
 * followed: a folder of a path must be a folder, a file a file.
 */
export class FolderFiles implements CopyFiles, MediumFiles {
  readonly #root: string;
  readonly #sync: Sync;
  readonly #made = new Set<string>();
  readonly #appending = new Map<string, number>();
  readonly #goesOn: boolean;
  #reserve: string | undefined;
  #count = 0;

  /** @param goesOn whether the transcript is there already, and is appended to */
  constructor(root: string, sync: Sync, goesOn = false) {
    this.#root = root;
    this.#sync = sync;
    this.#goesOn = goesOn;
  }

  async create(path: string, bytes: Octets): Promise<void> {
    await this.createAll([[path, bytes]]);
  }

  /**
   * Files of a folder that is not there yet are written below that folder's stand-in, which gets the folder's name with
   * all that is in it: ten thousand files of a medium are one change of a name, and not ten thousand.
   */
  async createAll(files: NewFiles): Promise<void> {
    const incoming: Incoming[] = [];
    const staged = new Map<string, string>();
    try {
      await this.#makeFolder(INCOMING);
      for await (const [path, bytes] of files) {
        const to = this.#resolve(path);
        const folder = this.#stage(dirname(path), staged, incoming);
        if (folder !== undefined) this.#attempt(path, () => this.#writeNew(join(folder, basename(path)), bytes));
        else this.#attempt(path, () => this.#writeIncoming(bytes, (from) => incoming.push({ path, from, to })));
      }
      await this.#sync(incoming.map(({ from, isFolder }) => (isFolder ? `${from}/` : from)));
      for (const one of incoming) this.#attempt(one.path, () => take(one));
      for (const folder of staged.keys()) this.#made.add(folder);
      await this.#sync([...new Set(incoming.map(({ to }) => dirname(to)))]);
    } catch (error) {
      // What has no final name is of no use to anybody, and takes room.
      for (const { from } of incoming) removeIfThere(from);
      throw error;
    }
  }

  /**
   * Where the new files of a folder lie until all of it gets its name; undefined where the folder is there.
   * @param staged the same of folders that are staged already; gets this one
   */
  #stage(folder: string, staged: Map<string, string>, incoming: Incoming[]): string | undefined {
    if (folder === '.' || this.#made.has(folder)) return undefined;
    const known = staged.get(folder);
    if (known !== undefined) return known;
    const parent = this.#stage(dirname(folder), staged, incoming);
    const at = this.#attempt(folder, () => {
      if (parent === undefined) return this.#stageFirst(folder, incoming);
      const inside = join(parent, basename(folder));
      mkdirSync(inside);
      return inside;
    });
    if (at === undefined) this.#made.add(folder);
    else staged.set(folder, at);
    return at;
  }

  #stageFirst(folder: string, incoming: Incoming[]): string | undefined {
    const to = this.#resolve(folder);
    const found = lstatSync(to, { throwIfNoEntry: false });
    if (found && !found.isDirectory()) throw notAFolder(folder);
    if (found) return undefined;
    const from = this.#withFreeName((name) => mkdirSync(name));
    incoming.push({ path: folder, from, to, isFolder: true });
    return from;
  }

  /** @param named told of the name before anything is in the file */
  #writeIncoming(bytes: Octets, named: (path: string) => void): void {
    let fd = -1;
    named(this.#withFreeName((name) => (fd = openSync(name, CREATE, 0o600))));
    try {
      this.#writeWhole(fd, bytes);
    } finally {
      closeSync(fd);
    }
  }

  async settle(paths: readonly string[]): Promise<void> {
    const folders = new Set<string>();
    for (const path of paths) {
      this.#resolve(path);
      for (let folder = dirname(path); !folders.has(folder); folder = dirname(folder)) folders.add(folder);
    }
    await this.#sync([...folders].map((folder) => join(this.#root, folder)));
  }

  async append(path: string, lines: string): Promise<void> {
    const known = this.#appending.get(path);
    const fd =
      known ?? this.#attempt(path, () => openSync(this.#resolve(path), this.#goesOn ? APPEND_MORE : APPEND, 0o600));
    if (known === undefined) {
      this.#appending.set(path, fd);
      await this.#sync([this.#root]);
    }
    // O_SYNC: the lines are durable when the write returns.
    this.#attempt(path, () => {
      // What has lost its name is written for nobody: it would be gone when the program ends.
      if (fstatSync(fd).nlink === 0) throw Object.assign(new Error('the file was removed'), { code: 'ENOENT' });
      this.#writeWhole(fd, Buffer.from(`${lines}\n`));
    });
  }

  async extend(path: string, bytes: Uint8Array): Promise<void> {
    const target = this.#resolve(path);
    this.#attempt(path, () => {
      const fd = openSync(target, APPEND_MORE);
      try {
        this.#writeWhole(fd, bytes);
      } finally {
        closeSync(fd);
      }
    });
    await this.#sync([target]);
  }

  /**
   * Takes room now, so that a disk that fills up later, whoever fills it, does not end a ceremony in its midst: the
   * reserve is given up to the first write that finds no room.
   * @throws CeremonyError OUTPUT_FULL
   */
  async reserve(bytes: number): Promise<void> {
    await this.#makeFolder(INCOMING);
    const path = join(this.#root, INCOMING, RESERVE);
    unlinkIfThere(path);
    try {
      this.#attempt(RESERVE, () => this.#writeNew(path, Buffer.alloc(bytes)));
    } catch (error) {
      unlinkIfThere(path);
      throw error;
    }
    await this.#sync([path]);
    this.#reserve = path;
  }

  #writeNew(path: string, bytes: Octets): void {
    const fd = openSync(path, CREATE, 0o600);
    try {
      this.#writeWhole(fd, bytes);
    } finally {
      closeSync(fd);
    }
  }

  #writeWhole(fd: number, octets: Octets): void {
    if (octets instanceof Uint8Array) this.#writeBytes(fd, octets);
    else for (const window of windowsOf(octets)) this.#writeBytes(fd, window);
  }

  #writeBytes(fd: number, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      try {
        at += writeSync(fd, bytes, at);
      } catch (cause) {
        const { code } = cause as NodeJS.ErrnoException;
        if (this.#reserve === undefined || (code !== 'ENOSPC' && code !== 'EDQUOT')) throw cause;
        unlinkIfThere(this.#reserve);
        this.#reserve = undefined;
      }
    }
  }

  async setAside(path: string, to: string): Promise<void> {
    await this.#makeFolder(dirname(to));
    const [from, target] = [this.#resolve(path), this.#resolve(to)];
    const isTwice = this.#attempt(to, () => linkOrMove(from, target));
    // Its new name is durable before the old one goes: whenever power fails, it has one.
    await this.#sync([dirname(target)]);
    if (isTwice) this.#attempt(path, () => unlinkSync(from));
    await this.#sync([dirname(from)]);
  }

  async truncate(path: string, length: number): Promise<void> {
    const target = this.#resolve(path);
    this.#attempt(path, () => truncateSync(target, length));
    await this.#sync([target]);
  }

  async entries(folder: string, most: number): Promise<readonly FolderEntry[]> {
    const target = this.#resolve(folder);
    try {
      this.#requireFolders(folder);
      const found: FolderEntry[] = [];
      const opened = opendirSync(target);
      try {
        // Somebody else filled it: no more of it is read than is needed to refuse it.
        for (let entry = opened.readSync(); entry && found.length <= most; entry = opened.readSync())
          found.push({ name: entry.name, kind: kindOf(entry) });
      } finally {
        opened.closeSync();
      }
      return found;
    } catch (cause) {
      throw this.#unreadable(cause, folder);
    }
  }

  async read(path: string, most?: number): Promise<Uint8Array> {
    const target = this.#resolve(path);
    try {
      this.#requireFolders(dirname(path));
      const fd = openSync(target, READ);
      try {
        const found = fstatSync(fd);
        if (!found.isFile()) throw new CeremonyError('FILE_UNREADABLE', `"${path}" is not a regular file`);
        if (most !== undefined && found.size > most)
          throw new CeremonyError('FILE_TOO_LARGE', `"${path}" has ${found.size} bytes, expected at most ${most}`);
        return readWhole(fd, found.size);
      } finally {
        closeSync(fd);
      }
    } catch (cause) {
      throw this.#unreadable(cause, path);
    }
  }

  async open(path: string, most?: number): Promise<Octets> {
    const target = this.#resolve(path);
    try {
      this.#requireFolders(dirname(path));
      const octets = new FileOctets(target, path);
      if (most !== undefined && octets.length > most)
        throw new CeremonyError('FILE_TOO_LARGE', `"${path}" has ${octets.length} bytes, expected at most ${most}`);
      return octets;
    } catch (cause) {
      throw this.#unreadable(cause, path);
    }
  }

  #requireFolders(path: string): void {
    for (let folder = path; folder !== '.'; folder = dirname(folder)) {
      if (!lstatSync(join(this.#root, folder)).isDirectory()) throw notAFolder(folder);
    }
  }

  #unreadable(cause: unknown, path: string): CeremonyError {
    if (cause instanceof CeremonyError) return cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return new CeremonyError('FILE_MISSING', `"${path}" is not in "${this.#root}"`, { cause });
    if (code === 'ELOOP')
      return new CeremonyError('PATH_REFUSED', `"${path}" is a link where a file must be`, { cause });
    return new CeremonyError('FILE_UNREADABLE', `"${path}" cannot be read: ${code ?? 'unknown error'}`, { cause });
  }

  /** Removes what an interrupted run was writing: it never got a name, and is written again. */
  sweep(): void {
    const incoming = join(this.#root, INCOMING);
    if (!lstatSync(incoming, { throwIfNoEntry: false })?.isDirectory()) return;
    for (const { name } of this.#entries(INCOMING)) if (/^[0-9]+$/.test(name)) removeIfThere(join(incoming, name));
    this.#made.add(INCOMING);
  }

  /** Lets go of the transcript's files and removes the folder for incoming ones, if nothing is left in it. */
  close(): void {
    for (const fd of this.#appending.values()) closeSync(fd);
    this.#appending.clear();
    if (this.#reserve !== undefined) unlinkIfThere(this.#reserve);
    this.#reserve = undefined;
    if (!this.#made.delete(INCOMING)) return;
    try {
      rmdirSync(join(this.#root, INCOMING));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOTEMPTY' && code !== 'ENOENT') throw this.#refusal(error, INCOMING);
    }
  }

  async list(): Promise<readonly string[]> {
    const found: string[] = [];
    const walk = (folder: string) => {
      for (const entry of this.#entries(folder)) {
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

  #entries(folder: string): Dirent[] {
    const where = join(this.#root, folder);
    try {
      return readdirSync(where, { withFileTypes: true });
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      throw new CeremonyError('FILE_UNREADABLE', `"${where}" cannot be listed: ${code ?? 'unknown error'}`, { cause });
    }
  }

  /** Makes something under a name that is free: an earlier ceremony that ended badly may have left some. */
  #withFreeName(make: (path: string) => void): string {
    for (;;) {
      const path = join(this.#root, INCOMING, String(++this.#count));
      try {
        make(path);
        return path;
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
      }
    }
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
    let isNew = true;
    try {
      mkdirSync(path);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw this.#refusal(cause, folder);
      if (!lstatSync(path).isDirectory()) throw notAFolder(folder);
      isNew = false;
    }
    if (isNew) await this.#sync([dirname(path)]);
    this.#made.add(folder);
  }

  #attempt<T>(path: string, act: () => T): T {
    try {
      return act();
    } catch (cause) {
      throw this.#refusal(cause, path);
    }
  }

  #refusal(cause: unknown, path: string): unknown {
    if (cause instanceof CeremonyError) return cause;
    const { code } = cause as NodeJS.ErrnoException;
    const what = `"${path}"`;
    const where = `"${this.#root}"`;
    switch (code) {
      case 'EEXIST':
        return new CeremonyError('OUTPUT_EXISTS', `${what} exists already in ${where}; nothing is overwritten`, {
          cause,
        });
      case 'ENOSPC':
      case 'EDQUOT':
        return new CeremonyError('OUTPUT_FULL', `there is no room for ${what} in ${where}`, {
          cause,
          hint: 'what has a name there is whole; make room and start again',
        });
      case undefined:
        return cause;
      default:
        return new CeremonyError('OUTPUT_UNWRITABLE', `${what} cannot be written in ${where}: ${code}`, { cause });
    }
  }
}

/** A file, or a folder with all that is in it, which has no final name yet. */
interface Incoming {
  readonly path: string;
  readonly from: string;
  readonly to: string;
  readonly isFolder?: boolean;
}

/** As far as it was when it was looked at. */
function readWhole(fd: number, size: number): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(size);
  let length = 0;
  for (let read = -1; read !== 0 && length < size; length += read)
    read = readSync(fd, bytes, length, size - length, null);
  return length === size ? bytes : bytes.subarray(0, length);
}

function kindOf(entry: Dirent): FolderEntry['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

function notAFolder(path: string): CeremonyError {
  return new CeremonyError('PATH_REFUSED', `"${path}" is a link or a file where a folder must be`);
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It has got its final name, or was never made; or the disk takes no change any more, which is said already.
  }
}

function removeIfThere(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // As above.
  }
}

function take({ from, to, isFolder = false }: Incoming): void {
  if (isFolder) nameFolder(from, to);
  else moveWithoutReplacing(from, to);
}

/** rename() takes the place of no folder but an empty one, and of no file: rename(2). */
function nameFolder(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (cause) {
    if (!['ENOTEMPTY', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) throw cause;
    throw Object.assign(new Error('the name is taken'), { code: 'EEXIST' });
  }
}

/** File systems of memory sticks (vfat, exfat) have no hard links, and say so by one of these. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/**
 * link() refuses an existing name, which rename() would replace. Where there are no links the name is looked for
 * first: nobody else writes to a medium of the ceremony between the look and the rename.
 */
export function moveWithoutReplacing(from: string, to: string): void {
  if (linkOrMove(from, to)) unlinkSync(from);
}

/** @returns whether it has both names now */
function linkOrMove(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (cause) {
    if (!NO_LINKS.includes((cause as NodeJS.ErrnoException).code ?? '')) throw cause;
    if (lstatSync(to, { throwIfNoEntry: false }))
      throw Object.assign(new Error('the name is taken'), { code: 'EEXIST' });
    renameSync(from, to);
    return false;
  }
}
