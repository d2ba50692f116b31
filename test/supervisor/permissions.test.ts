import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { COMMON_FLAGS, coreFlags, guardFlags } from '../../src/supervisor/processes.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';

const PROBE = join(PROGRAM_ROOT, 'test', 'supervisor', 'probe.ts');
let folder = '';
before(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-permissions-'));
  for (const name of ['inside', 'elsewhere']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'elsewhere', 'secret'), 'a token store');
});
after(() => rmSync(folder, { recursive: true, force: true }));

function probe(flags: readonly string[], ...more: string[]): Record<string, string> {
  const args = [
    ...COMMON_FLAGS,
    ...flags,
    PROBE,
    join(folder, 'elsewhere'),
    join(folder, 'inside'),
    join(folder, 'elsewhere', 'secret'),
    ...more,
  ];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Record<string, string>;
}

const DENIED = 'ERR_ACCESS_DENIED';

test('inside the core of a ceremony nothing reaches out, and only its own folder can be written', () => {
  const results = probe(coreFlags([], [join(folder, 'inside')]));
  assert.deepEqual(results, {
    connect: DENIED,
    'connect to a socket file': DENIED,
    listen: DENIED,
    spawn: DENIED,
    worker: DENIED,
    addon: 'ERR_DLOPEN_DISABLED',
    ffi: DENIED,
    'write elsewhere': DENIED,
    'read elsewhere': DENIED,
    'read the memory of another process': DENIED,
    'read its environment': DENIED,
    'link out of the folder': DENIED,
    'write inside': 'done',
    'read the program': 'done',
  });
  assert.deepEqual(readdirSync(join(folder, 'elsewhere')), ['secret']);
  assert.ok(existsSync(join(folder, 'inside', 'mine')));
});

test('the core alone, as the launcher starts it for verify, lint and plan, writes nothing anywhere', () => {
  rmSync(join(folder, 'inside', 'mine'), { force: true });
  const results = probe(['--permission', '--no-addons', '--allow-fs-read=*']);
  for (const name of [
    'connect',
    'connect to a socket file',
    'listen',
    'spawn',
    'worker',
    'ffi',
    'write elsewhere',
    'link out of the folder',
    'write inside',
  ]) {
    assert.equal(results[name], DENIED, name);
  }
  assert.equal(results['addon'], 'ERR_DLOPEN_DISABLED');
  assert.deepEqual(readdirSync(join(folder, 'inside')), []);
});

test('the guard may start token processes, and write, connect, listen, load or read nothing else', () => {
  rmSync(join(folder, 'inside', 'mine'), { force: true });
  const results = probe(guardFlags([], null), 'hardened');
  assert.equal(results['spawn'], 'done');
  for (const name of [
    'connect',
    'connect to a socket file',
    'listen',
    'worker',
    'ffi',
    'write elsewhere',
    'write inside',
    'read elsewhere',
    'read the memory of another process',
    'link out of the folder',
  ]) {
    assert.equal(results[name], DENIED, name);
  }
  assert.equal(results['addon'], 'ERR_DLOPEN_DISABLED');
});

test('the guard writes to the printer of the site, and to nothing beside it', () => {
  rmSync(join(folder, 'inside', 'mine'), { force: true });
  const printer = probe(guardFlags([], join(folder, 'inside', 'mine')), 'hardened');
  assert.deepEqual([printer['write inside'], printer['write elsewhere']], ['done', DENIED]);
  rmSync(join(folder, 'inside', 'mine'), { force: true });
  const other = probe(guardFlags([], join(folder, 'inside', 'min')), 'hardened');
  assert.equal(other['write inside'], DENIED);
});

test('the same probe, unhindered, does all of it: the refusals above come from the flags', () => {
  const results = probe([]);
  for (const name of [
    'listen',
    'spawn',
    'worker',
    'addon',
    'ffi',
    'write elsewhere',
    'read elsewhere',
    'link out of the folder',
    'write inside',
  ]) {
    assert.equal(results[name], 'done', name);
  }
  assert.equal(results['connect'], 'ECONNREFUSED');
});

test('a folder whose name is the beginning of another path is refused, since the runtime would lose it', () => {
  const refused = (reads: readonly string[], writes: readonly string[]) => () => coreFlags(reads, writes);
  const message = /^CeremonyError: "\/in\/root" is the beginning of "\/in\/root.yaml": the runtime could not tell/;
  assert.throws(refused(['/in/root.yaml'], ['/in/root']), message);
  assert.throws(refused([], ['/media/e1', '/media/e10']), /"\/media\/e1" is the beginning of "\/media\/e10"/);
  assert.doesNotThrow(refused(['/in/root.yaml'], ['/in/pack', '/in/pack/media', '/in']));
});
