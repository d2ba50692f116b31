import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sha256 } from '../../src/base/digest.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';

/** How a rehearsal ended. */
export interface Rehearsal {
  readonly status: number;
  /** The summary as JSON. */
  readonly stdout: string;
  readonly stderr: string;
}

/** Longer than any rehearsal: whoever makes it may have been ended. */
const LONGEST_MS = 600_000;

/**
 * The pack of a rehearsal of a script without options, in a new folder of the caller's own. Each script is rehearsed once
 * in a run of the tests: whoever comes first does it, others wait, and each gets a copy to do with as it likes. In
 * a test file that is run by hand, or where it does not end well, everybody rehearses for themselves.
 * @param out does not exist yet
 */
export function sharedRehearsal(script: string, out: string): Rehearsal {
  const shared = process.env['QUORATE_SHARED'];
  if (shared === undefined) return rehearsed(script, out);
  const place = join(shared, sha256(readFileSync(script)));
  const [pack, ended] = [join(place, 'pack'), join(place, 'ended.json')];
  try {
    mkdirSync(place);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const since = performance.now();
    while (!existsSync(ended) && performance.now() - since < LONGEST_MS)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    const rehearsal = existsSync(ended) ? (JSON.parse(readFileSync(ended, 'utf8')) as Rehearsal) : undefined;
    return rehearsal?.status === 0 ? copied(rehearsal, pack, out) : rehearsed(script, out);
  }
  const rehearsal = rehearsed(script, pack);
  writeFileSync(`${ended}.new`, JSON.stringify(rehearsal));
  renameSync(`${ended}.new`, ended);
  return rehearsal.status === 0 ? copied(rehearsal, pack, out) : rehearsal;
}

function rehearsed(script: string, out: string): Rehearsal {
  const quorate = join(PROGRAM_ROOT, 'bin', 'quorate');
  const { status, stdout, stderr } = spawnSync(quorate, ['rehearse', script, '--out', out, '--json'], {
    encoding: 'utf8',
  });
  return { status: status ?? -1, stdout, stderr };
}

function copied(rehearsal: Rehearsal, pack: string, out: string): Rehearsal {
  mkdirSync(dirname(out), { recursive: true });
  execFileSync('cp', ['-a', '--', pack, out]);
  return { ...rehearsal, stdout: rehearsal.stdout.replaceAll(pack, out) };
}
