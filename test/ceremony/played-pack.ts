import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { sharedRehearsal } from './shared-rehearsal.ts';
import { verified } from './verified.ts';

/** The script as crypto officers drew it up, and the one that ships. */
export const EXAMPLE = join(PROGRAM_ROOT, 'test', 'script', 'examples', 'root-generation.yaml');
export const SCRIPT = join(PROGRAM_ROOT, 'ceremonies', 'root-generation.yaml');

export function quorate(...args: readonly string[]) {
  return spawnSync(join(PROGRAM_ROOT, 'bin', 'quorate'), args, { encoding: 'utf8' });
}

/** What the script says of the pack in a folder, by the roster's digest. */
export function verifyShell(pack: string, roster: string) {
  return spawnSync('sh', ['verify.sh', roster], { cwd: pack, encoding: 'utf8' });
}

/**
 * Rehearses a script, and holds the pack to both verifiers: neither finds anything.
 * @param as what is played
 * @param from the pack that is followed
 * @param site the real site that is followed
 */
export async function playedPack(script: string, pack: string, as: readonly string[], from?: string, site?: string) {
  const options = [
    ...as.flatMap((name) => ['--as', name]),
    ...(from === undefined ? [] : ['--from', from]),
    ...(site === undefined ? [] : ['--site', site]),
  ];
  const rehearsed =
    options.length === 0
      ? sharedRehearsal(script, pack)
      : quorate('rehearse', script, ...options, '--out', pack, '--json');
  assert.equal(rehearsed.status, 0, rehearsed.stderr);
  const { roster } = JSON.parse(rehearsed.stdout) as { roster: string };
  const program = await verified([pack], [roster]);
  assert.equal(program.status, 0, program.stdout);
  const shell = verifyShell(pack, roster);
  assert.equal(shell.status, 0, shell.stdout);
  const read = (path: string) => readFileSync(join(pack, path), 'utf8');
  return {
    roster,
    said: rehearsed.stderr,
    verified: program.stdout,
    shell: shell.stdout,
    json: (path: string) => JSON.parse(read(path)),
    events: () =>
      read('events.jsonl')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
  };
}
