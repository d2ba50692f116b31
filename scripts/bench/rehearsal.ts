import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QUORATE, TOP } from './measure.ts';

/** What `quorate rehearse --json` prints, as far as benchmarks need it. */
export interface Rehearsal {
  readonly pack: string;
  readonly roster: string;
  /** Time inside calls of the PKCS#11 module, summed over all token processes. */
  readonly pkcs11Milliseconds: number;
  /** Of the whole command. */
  readonly milliseconds: number;
}

/** What a rehearsal of ten thousand files says of each. */
const MOST_SAID = 256 * 1024 * 1024;

/** A folder for the packs of one benchmark, gone at its end. */
export function withScratch<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'quorate-bench-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same, for what takes its time. */
export async function inScratch<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'quorate-bench-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Rehearses a script, else the shipped root generation, into `out`, which must not exist. @throws Error when it fails */
export function rehearse(out: string, script = 'ceremonies/root-generation.yaml'): Rehearsal {
  const before = performance.now();
  const { status, stdout, stderr } = spawnSync(QUORATE, ['rehearse', script, '--out', out, '--json'], {
    cwd: TOP,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: MOST_SAID,
  });
  const milliseconds = performance.now() - before;
  if (status !== 0) throw new Error(`quorate rehearse ended with ${status}: ${stderr}`);
  return { ...(JSON.parse(stdout) as Omit<Rehearsal, 'milliseconds'>), milliseconds };
}
