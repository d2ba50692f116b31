import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** What a benchmark found: ours and a peer's figure of the same run of the harness, and ours divided by the peer's. */
export interface Measured {
  readonly value: number;
  readonly unit: 'ms';
  readonly peer: string;
  readonly peerValue: number;
  readonly ratio: number;
}

export interface Row extends Measured {
  readonly name: string;
}

/** A row of `npm run bench`: a file of this folder that exports one of these as `benchmark`. */
export interface Benchmark {
  readonly name: string;
  readonly measure: () => Measured | Promise<Measured>;
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
