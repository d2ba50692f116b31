import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Searched } from './search-memory.ts';

export type Role = 'supervisor' | 'guard' | 'core' | 'token process';

/** A process of a ceremony, as the kernel shows it. */
export interface Running {
  readonly role: Role;
  readonly pid: string;
  /** Number of its controlling terminal; 0: none (proc(5), stat, field 7). */
  readonly terminal: number;
}

interface Seen {
  readonly pid: string;
  readonly parent: string;
  readonly terminal: number;
  readonly command: readonly string[];
}

const MAIN: readonly (readonly [end: RegExp, role: Role])[] = [
  [/\/supervisor\/main\.[jt]s$/, 'supervisor'],
  [/\/guard\/main\.[jt]s$/, 'guard'],
  [/\/token\/main\.[jt]s$/, 'token process'],
  [/\/main\.[jt]s$/, 'core'],
];

/** The processes of the ceremony that writes into this folder, the supervisor first. */
export function processesOf(out: string): Running[] {
  const all = readdirSync('/proc').flatMap(look);
  const first = all.find(({ command }) => command.includes(out) && roleOf(command) === 'supervisor');
  assert.ok(first, `no ceremony that writes into ${out} is running`);
  const below = (pid: string): Seen[] =>
    all.filter((one) => one.parent === pid).flatMap((one) => [one, ...below(one.pid)]);
  return [first, ...below(first.pid)].flatMap(({ pid, terminal, command }) => {
    const role = roleOf(command);
    return role ? [{ role, pid, terminal }] : [];
  });
}

/** What its open descriptors lead to. */
export function descriptorsOf({ pid }: Running): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).map((fd) => readlinkSync(join(folder, fd)));
}

/**
 * Looks for texts in the whole memory of a process, as they are, in UTF-16, hexadecimal and base64. The processes that
 * hold PINs refuse this to everybody but root.
 */
export function searchMemory({ pid, role }: Running, texts: readonly string[]): Searched {
  const program = [process.execPath, join(import.meta.dirname, 'search-memory.ts'), pid];
  const [command = '', ...args] = process.getuid?.() === 0 ? program : ['sudo', '-n', ...program];
  const ended = spawnSync(command, args, { input: JSON.stringify(texts), encoding: 'utf8', maxBuffer: 1 << 26 });
  assert.equal(
    ended.status,
    0,
    `the memory of the ${role} cannot be read; this test runs as root, or with sudo that asks for no password:\n${ended.error?.message ?? ended.stderr}`,
  );
  return JSON.parse(ended.stdout) as Searched;
}

function roleOf(command: readonly string[]): Role | undefined {
  for (const word of command) {
    const found = MAIN.find(([end]) => end.test(word));
    if (found) return found[1];
  }
  return undefined;
}

function look(pid: string): Seen[] {
  if (!/^\d+$/.test(pid)) return [];
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [, parent = '', , , terminal] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return [{ pid, parent, terminal: Number(terminal), command }];
  } catch {
    // It has ended meanwhile.
    return [];
  }
}
