import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** What a benchmark found: ours and a peer's figure of the same run of the harness, and ours divided by the peer's. */
export interface Measured {
  readonly value: number;
  readonly unit: 'ms';
  readonly peer: string;
  readonly peerValue: number;
  readonly ratio: number;
  /** Where it is looked at: the greatest resident memory of each, in bytes; the peer's, or that of something smaller of ours. */
  readonly memory?: { readonly value: number; readonly peerValue: number; readonly of?: string };
}

export interface Row extends Measured {
  readonly name: string;
}

/** A row of `npm run bench`: a file of this folder that exports one of these as `benchmark`. */
export interface Benchmark {
  readonly name: string;
  readonly measure: () => Measured | Promise<Measured>;
}

export interface Watched {
  readonly milliseconds: number;
  /** Greatest resident memory, in bytes. */
  readonly peak: number;
  /** What it printed. */
  readonly output: string;
}

export const TOP = join(import.meta.dirname, '../..');
export const QUORATE = join(TOP, 'bin/quorate');

/** Milliseconds until the program has ended. @throws Error when it does not end well */
export function timed(program: string, args: readonly string[], cwd = TOP): number {
  const before = performance.now();
  const { status, signal, error, stderr } = spawnSync(program, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  const after = performance.now();
  if (error) throw error;
  if (status !== 0)
    throw new Error(`"${program} ${args.join(' ')}" ended with ${status ?? signal}: ${stderr.toString()}`);
  return after - before;
}

/**
 * The same, with its peak of memory: the kernel's own mark, read every few milliseconds, so that what is missed is what a
 * program takes in its last ones. Of a program that starts others, the greatest of any one of them.
 * @throws Error when it does not end well
 */
export async function watched(program: string, args: readonly string[], cwd = TOP): Promise<Watched> {
  const before = performance.now();
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let peak = 0;
  const look = setInterval(() => {
    for (const pid of family(child.pid)) peak = Math.max(peak, markOf(pid));
  }, LOOK_MILLISECONDS);
  try {
    const [printed, said] = [text(child.stdout), text(child.stderr)];
    const [status, signal] = (await once(child, 'close')) as [number | null, string | null];
    const milliseconds = performance.now() - before;
    if (status !== 0) throw new Error(`"${program} ${args.join(' ')}" ended with ${status ?? signal}: ${await said}`);
    return { milliseconds, peak, output: await printed };
  } finally {
    clearInterval(look);
  }
}

const LOOK_MILLISECONDS = 5;

/** A process and all that it has started. proc(5): children. */
function family(pid: number | undefined): number[] {
  if (pid === undefined) return [];
  const all = [pid];
  for (const one of all) all.push(...childrenOf(one));
  return all;
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'latin1').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** proc(5): VmHWM, in KiB. 0 where the process is no more. */
function markOf(pid: number | undefined): number {
  try {
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return Number(kibibytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  if (low === undefined || high === undefined) throw new RangeError('no values');
  return (low + high) / 2;
}

/** Medians of `runs` of each, by turns, so that a noisy machine disturbs both alike; after one run of each that does not count. */
export function alternate(runs: number, peer: string, ours: () => number, peers: () => number): Measured {
  ours();
  peers();
  const pairs = Array.from({ length: runs }, () => [ours(), peers()] as const);
  return compared(peer, median(pairs.map(([one]) => one)), median(pairs.map(([, other]) => other)));
}

export function compared(peer: string, value: number, peerValue: number): Measured {
  return { value, unit: 'ms', peer, peerValue, ratio: value / peerValue };
}
