import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';

test('what is shipped runs without the sources, from a path with a space, through a link', () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-shipped-'));
  try {
    execFileSync(join(PROGRAM_ROOT, 'scripts', 'build'));
    const root = join(folder, 'the program');
    mkdirSync(root);
    const { files } = JSON.parse(readFileSync(join(PROGRAM_ROOT, 'package.json'), 'utf8')) as { files: string[] };
    for (const name of [...files, 'package.json'])
      cpSync(join(PROGRAM_ROOT, name), join(root, name), { recursive: true });
    // No symbolic link: a folder behind one is outside of what the processes may read.
    const isOneDisk = statSync(folder).dev === statSync(PROGRAM_ROOT).dev;
    execFileSync('cp', [isOneDisk ? '-al' : '-a', join(PROGRAM_ROOT, 'node_modules'), join(root, 'node_modules')]);
    assert.ok(!existsSync(join(root, 'src')));
    execFileSync('ln', ['-s', join(root, 'bin', 'quorate'), join(folder, 'quorate')]);
    const run = (...args: string[]) => spawnSync(join(folder, 'quorate'), args, { encoding: 'utf8', cwd: folder });

    assert.equal(run('lint', join(root, 'ceremonies', 'root-generation.yaml')).status, 0);
    const rehearsed = run(
      'rehearse',
      join('the program', 'ceremonies', 'root-generation.yaml'),
      '--out',
      'a pack',
      '--json',
    );
    assert.equal(rehearsed.status, 0, rehearsed.stderr);
    const { roster } = JSON.parse(rehearsed.stdout) as { roster: string };
    const verified = run('verify', 'a pack', '--expect', 'rehearsal', '--roster', roster);
    assert.equal(verified.status, 0, verified.stdout + verified.stderr);
    assert.match(verified.stdout, /views\/report\.pdf shows what the record says: rendered again, byte for byte/);
    assert.doesNotMatch(verified.stdout, /was not compared|not this version's/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
