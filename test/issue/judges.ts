import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

/** openssl and certtool (GnuTLS) as judges of what we issue, in a folder of their own. */
const folder = mkdtempSync(join(tmpdir(), 'quorate-issue-'));
after(() => rmSync(folder, { recursive: true, force: true }));

export function put(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

export interface Judgement {
  readonly status: number | null;
  /** Standard output and standard error. */
  readonly text: string;
}

/** Runs a judge; a missing one is an error, never a skip. */
export function ask(command: 'openssl' | 'certtool', ...args: readonly string[]): Judgement {
  const run = spawnSync(command, args, { cwd: folder, encoding: 'utf8', timeout: 60_000, maxBuffer: 2 ** 28 });
  if (run.error) throw run.error;
  return { status: run.status, text: run.stdout + run.stderr };
}
