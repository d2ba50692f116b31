import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';

const top = join(import.meta.dirname, '../..');

/** Programs that scripts/setup may find, as the machine has them. */
const TOOLS = [
  'cat',
  'certutil',
  'dirname',
  'g++',
  'git',
  'id',
  'mkdir',
  'mount',
  'mv',
  'openssl',
  'rm',
  'sha256sum',
  'softhsm2-util',
  'timeout',
  'tmux',
  'uname',
  'unshare',
  'pdftotext',
  'zbarimg',
  'pkcs11-tool',
  'qpdf',
];

/** Only what is decided before anything is fetched: a machine is played by the programs that lie on its PATH. */
describe('scripts/setup', () => {
  let tree: string;
  let bin: string;
  const run = () =>
    spawnSync('/bin/sh', [join(tree, 'scripts/setup')], { cwd: '/', env: { PATH: bin }, encoding: 'utf8' });
  // Never a link to the real program: what plays it is written to this path.
  const play = (name: string, text: string) => {
    rmSync(join(bin, name), { force: true });
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755, flag: 'wx' });
  };
  const log = () => (existsSync(join(tree, 'log')) ? readFileSync(join(tree, 'log'), 'utf8') : '');

  beforeEach(() => {
    tree = mkdtempSync(join(tmpdir(), 'quorate setup '));
    bin = join(tree, 'bin');
    mkdirSync(bin);
    mkdirSync(join(tree, 'scripts'));
    cpSync(join(top, 'scripts/setup'), join(tree, 'scripts/setup'));
    writeFileSync(join(tree, 'package-lock.json'), '{}\n');
    for (const tool of TOOLS) play(tool, `exec /usr/bin/${tool} "$@"`);
    play('certtool', '');
    play('node', 'echo v20.0.0');
  });
  afterEach(() => rmSync(tree, { recursive: true }));

  function installed(): void {
    mkdirSync(join(tree, 'node_modules/pkcs11js/build/Release'), { recursive: true });
    writeFileSync(join(tree, 'node_modules/pkcs11js/build/Release/pkcs11.node'), '');
    const digest = createHash('sha256').update('{}\n').digest('hex');
    writeFileSync(join(tree, 'node_modules/.quorate-lock'), `${digest}  -\n`);
  }

  test('says and does nothing when all is there', () => {
    installed();
    const { status, stdout, stderr } = run();
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' });
  });

  test('names the Debian packages that it cannot install', () => {
    rmSync(join(bin, 'certtool'));
    rmSync(join(bin, 'pdftotext'));
    const { status, stderr } = run();
    assert.equal(status, 1);
    assert.match(stderr, /^setup: Debian packages that are missing: gnutls-bin poppler-utils $/m);
    assert.match(
      stderr,
      /^setup: there is no apt-get here; install them in your system's own way, then run this again$/m,
    );
  });

  test('installs exactly the missing ones, once updated, and looks whether they are there', () => {
    installed();
    rmSync(join(bin, 'certtool'));
    play('id', 'echo 0');
    play('env', 'shift; exec "$@"');
    play('apt-get', `echo "$@" >>"${tree}/log"`);
    const absent = run();
    assert.equal(absent.status, 1);
    assert.match(absent.stderr, /^setup: installed, but not found where expected: gnutls-bin $/m);
    assert.equal(log(), '-q update\n-q install -y --no-install-recommends gnutls-bin\n');
    play('apt-get', `case "$*" in *install*) : >"${bin}/certtool" && /bin/chmod +x "${bin}/certtool" ;; esac`);
    assert.equal(run().status, 0);
  });

  test('takes sudo when it is not root, and says so when there is none', () => {
    installed();
    rmSync(join(bin, 'certtool'));
    play('id', 'echo 1000');
    play('apt-get', 'exit 0');
    const without = run();
    assert.equal(without.status, 1);
    assert.match(without.stderr, /^setup: neither root nor sudo; as root: apt-get install gnutls-bin $/m);
    play('sudo', `echo "$@" >>"${tree}/log"`);
    run();
    assert.equal(
      log(),
      'apt-get -q update\nenv DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends gnutls-bin\n',
    );
  });

  test('refuses an old node, and a missing npm', () => {
    assert.match(
      run().stderr,
      /^setup: "npm" is missing, and Debian 12's own is too old: install Node\.js 20 or later with npm$/m,
    );
    play('npm', '');
    play('node', 'echo v18.20.4');
    const { status, stderr } = run();
    assert.equal(status, 1);
    assert.match(stderr, /^setup: node is v18\.20\.4; 20 or later is needed to run npm/m);
  });

  test('tries npm three times, says so, and leaves no stamp', () => {
    play('npm', `echo "$@" >>"${tree}/log"; exit 7`);
    const { status, stderr } = run();
    assert.equal(status, 1);
    assert.match(
      stderr,
      /npm ci failed with status 7 \(try 1 of 3\)\n[\s\S]*\(try 2 of 3\)\n[\s\S]*\(try 3 of 3\)\nsetup: npm ci failed three times/,
    );
    assert.equal(log().match(/^ci --ignore-scripts /gm)?.length, 3);
    assert.equal(existsSync(join(tree, 'node_modules/.quorate-lock')), false);
  });

  test('gives up on an npm that does not end', () => {
    // As `timeout` ends when it had to end what it started.
    rmSync(join(bin, 'timeout'));
    play('npm', '');
    play('timeout', 'exit 124');
    const { stderr } = run();
    assert.match(stderr, /^setup: npm ci did not end within 180 s \(try 1 of 3\)$/m);
  });

  test('names the system for which there is no runtime', () => {
    mkdirSync(join(tree, 'node_modules'));
    play('npm', '');
    rmSync(join(bin, 'uname'));
    play('uname', 'case $1 in -s) echo Linux ;; *) echo riscv64 ;; esac');
    const { status, stderr } = run();
    assert.equal(status, 1);
    assert.match(stderr, /there is one for Linux on x64 and arm64, and this is Linux on riscv64$/m);
  });
});
