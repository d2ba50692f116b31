import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Loaded into a core before its own modules. Counts every call that changes the disk, tells each on descriptor 6
 * ("17 link pack/approvals/69.json", "18 write pack/events.jsonl approval"), and ends the process by SIGKILL at the one that is asked for: before it, after it, or
 * when half of a write has been done.
 */
const TOLD = 6;
const at = Number(process.env['FATAL_WRITE'] ?? 0);
/** As it is told, without its number: then it is the n-th of these that is asked for, and not of all. */
const of = process.env['FATAL_OF'];
const phase = process.env['FATAL_PHASE'] ?? 'before';
const root = process.env['FATAL_ROOT'] ?? '';
const writeSync = fs.writeSync;
const paths = new Map<number, string>();
let count = 0;
let alike = 0;

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('still alive');
}

/** Of lines of the transcript, the type of their event as well; with a plus where several are written at once. */
let event = '';
function eventOf(path: string, bytes: Uint8Array): string {
  if (path.endsWith('/events.jsonl')) {
    const lines = Buffer.from(bytes).toString('utf8').trimEnd().split('\n');
    event = `${JSON.parse(lines[0] as string).type}${lines.length > 1 ? '+' : ''}`;
  }
  return /\/(?:events|chain)\.jsonl$/.test(path) ? ` ${event}` : '';
}

/** @param half does half of it, where there are halves */
function deadly<T>(what: string, path: string, act: () => T, half?: () => void): T {
  count += 1;
  const told = path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
  writeSync(TOLD, `${count} ${what} ${told}\n`);
  if (`${what} ${told}` === of) alike += 1;
  const isAskedFor = of === undefined ? count === at : `${what} ${told}` === of && alike === at;
  if (isAskedFor && phase === 'before') die();
  if (isAskedFor && phase === 'half') {
    half?.();
    die();
  }
  const value = act();
  if (isAskedFor && phase === 'after') die();
  return value;
}

const { linkSync, unlinkSync, renameSync, mkdirSync, rmdirSync, truncateSync, openSync } = fs;
const creates = fs.constants.O_CREAT;

Object.assign(fs, {
  openSync: (path: string, flags?: number | string, mode?: number) => {
    const isNew = typeof flags === 'number' && (flags & creates) !== 0;
    const fd = isNew
      ? deadly('create', path, () => openSync(path, flags, mode))
      : openSync(path, flags as number, mode);
    paths.set(fd, path);
    return fd;
  },
  writeSync: (fd: number, bytes: Uint8Array, offset?: number, ...rest: number[]) => {
    const from = offset ?? 0;
    const half = Math.floor((bytes.length - from) / 2);
    const path = paths.get(fd) ?? String(fd);
    return deadly(
      'write',
      `${path}${eventOf(path, bytes)}`,
      () => writeSync(fd, bytes, offset, ...rest),
      () => writeSync(fd, bytes, from, half),
    );
  },
  linkSync: (from: string, to: string) => deadly('link', to, () => linkSync(from, to)),
  unlinkSync: (path: string) => deadly('unlink', path, () => unlinkSync(path)),
  renameSync: (from: string, to: string) => deadly('rename', to, () => renameSync(from, to)),
  mkdirSync: (path: string, options?: object) => deadly('mkdir', path, () => mkdirSync(path, options)),
  rmdirSync: (path: string) => deadly('rmdir', path, () => rmdirSync(path)),
  truncateSync: (path: string, length: number) => deadly('truncate', path, () => truncateSync(path, length)),
});
syncBuiltinESMExports();
