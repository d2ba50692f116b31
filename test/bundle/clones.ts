import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { INPUT } from '../../scripts/bundle/moment.ts';
import { ADDON } from '../../scripts/bundle/stage.ts';

export const ROOT = join(import.meta.dirname, '..', '..');

/** The moment of the commit, in seconds since 1970. */
export const COMMITTED = 1_700_000_000;

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a command with exactly this environment; several of them run at once. */
export function run(
  words: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
  limitMs = 900_000,
): Promise<Ended> {
  const [command = '', ...rest] = words;
  return new Promise((resolve, reject) => {
    const child = spawn(command, rest, { cwd, env, timeout: limitMs, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    child.on('error', reject).on('close', (status, signal) => resolve({ status, signal, out, err }));
  });
}

/**
 * A copy of these sources, with the packages that are installed here: as links to the same files, since copies would
 * take a gigabyte. So it has to lie on their disk. What is compiled is not there: each copy compiles it anew.
 * @param how with a repository of its own, at the moment `COMMITTED`; or as from an archive, which has none
 */
export function makeClone(folder: string, how: 'with git' | 'without git'): void {
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  for (const path of [...INPUT, '.gitignore']) cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  const packages = readdirSync(join(ROOT, 'node_modules')).filter((name) => name !== '.cache');
  must('cp', ['-al', ...packages.map((name) => join(ROOT, 'node_modules', name)), join(folder, 'node_modules')]);
  rmSync(dirname(dirname(join(folder, ADDON))), { recursive: true });
  if (how === 'without git') return;
  must('git', ['-C', folder, 'init', '--quiet']);
  must('git', ['-C', folder, 'add', '--', ...INPUT]);
  const who = ['-c', 'user.name=nobody', '-c', 'user.email=nobody@example.org', '-c', 'commit.gpgsign=false'];
  must('git', ['-C', folder, ...who, 'commit', '--quiet', '--message=sources']);
}

function must(command: string, words: readonly string[]): void {
  const date = `${COMMITTED} +0900`;
  const env = {
    PATH: process.env['PATH'] ?? '',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_DATE: date,
    HOME: '/nonexistent',
  };
  const { status, stderr, error } = spawnSync(command, words, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${words.join(' ').slice(0, 200)}: ${error?.message ?? stderr}`);
}
