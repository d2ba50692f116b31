import { DynamicLibrary } from 'node:ffi';
import { closeSync, constants, fsyncSync, lstatSync, openSync, readdirSync, statfsSync } from 'node:fs';
import { release } from 'node:os';

/** From so many on, one wait for the file systems is shorter than one for each path. */
const MANY = 16;

/** A path that could not be made durable, and why. */
export class SyncError extends Error {
  override readonly name = 'SyncError';
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(`"${path}" cannot be made durable`, { cause });
    this.path = path;
  }
}

/**
 * Makes files, and folders with the names in them, durable. Links are not followed.
 * @param paths one that ends in a slash stands for a folder and all that is below it
 * @throws SyncError
 */
export async function syncAll(paths: readonly string[]): Promise<void> {
  const left =
    paths.length < MANY && !paths.some(isTree)
      ? paths
      : afterFileSystems(
          paths,
          deviceOf,
          (path) => tellsAll(release(), statfsSync(path).type) && withOpen(path, syncfs),
        );
  for (const path of left.flatMap((one) => (isTree(one) ? allOf(withoutSlash(one)) : [one]))) withOpen(path, fsyncSync);
}

function isTree(path: string): boolean {
  return path.endsWith('/');
}

/** With a slash at its end the system would follow a link. */
function withoutSlash(path: string): string {
  return isTree(path) ? path.slice(0, -1) : path;
}

function deviceOf(path: string): number {
  return named(path, () => {
    const found = lstatSync(withoutSlash(path));
    if (found.isSymbolicLink()) throw Object.assign(new Error('a link'), { code: 'ELOOP' });
    return found.dev;
  });
}

/** A folder and all that is below it: what is in a folder before the folder. */
export function allOf(folder: string): string[] {
  const below = named(folder, () => readdirSync(folder, { withFileTypes: true }));
  return [
    ...below.flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? allOf(path) : [path];
    }),
    folder,
  ];
}

/**
 * Has the file systems that the paths lie on written out, each once. syncfs(2) waits, and says what could not be written.
 * @param write the file system of a path; whether it was
 * @returns the paths for which fsync is left to do: one of each file system, since that also empties the cache of the
 * device itself, which syncfs does not do on every kind of file system; and all of one that failed, so that the error
 * names a path
 */
export function afterFileSystems(
  paths: readonly string[],
  deviceOf: (path: string) => number,
  write: (path: string) => boolean,
): readonly string[] {
  return [...Map.groupBy(paths, deviceOf).values()].flatMap((those) => {
    const last = withoutSlash(those.at(-1) as string);
    return write(last) ? [last] : those;
  });
}

/** statfs(2): ext4, xfs, btrfs, f2fs, vfat, exfat, tmpfs. Of others, such as those of a program or a server, nobody knows. */
const KNOWN: ReadonlySet<number> = new Set([
  0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0x4d44, 0x2011bab0, 0x01021994,
]);

/** Whether syncfs writes everything out and says what it could not: of these file systems, from Linux 5.8 on. */
export function tellsAll(kernel: string, fileSystem: number): boolean {
  const [major = 0, minor = 0] = kernel.split('.').map(Number);
  return (major > 5 || (major === 5 && minor >= 8)) && KNOWN.has(fileSystem);
}

/** Writes out the file system of an open file. @returns false when it could not be, or this runtime cannot ask for it */
export function syncfs(fd: number): boolean {
  try {
    call ??= new DynamicLibrary(null).getFunction('syncfs', { arguments: ['int32'], return: 'int32' });
  } catch {
    return false;
  }
  return call(fd) === 0;
}

/** Loaded when it is first needed. */
let call: ((fd: number) => number) | undefined;

function withOpen<T>(path: string, act: (fd: number) => T): T {
  return named(path, () => {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      return act(fd);
    } finally {
      closeSync(fd);
    }
  });
}

/** @throws SyncError */
function named<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw cause instanceof SyncError ? cause : new SyncError(path, cause);
  }
}
