import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Block, blocksOf, readPage } from '../docs/pages.ts';
import { COMMITTED, type Ended, makeClone, ROOT, run } from './clones.ts';
import { ADDON, assertBill, assertPackages, filesIn, PLAYED, RUNTIME, sha256Of, VERSION } from './contents.ts';
import { Vault } from './vault.ts';

const NAME = `quorate-${VERSION}-linux-${process.arch}`;
const PATH = process.env['PATH'] ?? '';
const REHEARSE = /^bin\/quorate --version\n[\s\S]*rehearse ceremonies\/root-generation\.yaml --out ~\/rehearsal$/;

/** Two people at two computers, whose settings have nothing in common; the other has the sources from an archive. */
const ONE = { home: 'one', folder: 'clone', umask: '022', env: { LANG: 'C', TZ: 'UTC' } };
const OTHER = {
  home: 'other',
  folder: 'another clone, in a longer path',
  umask: '077',
  env: {
    LANG: 'tr_TR.UTF-8',
    LC_ALL: 'tr_TR.UTF-8',
    TZ: 'Asia/Tokyo',
    TAR_OPTIONS: '--owner=maker --mtime=@1',
    SOURCE_DATE_EPOCH: String(COMMITTED),
  },
};
type Maker = typeof ONE | typeof OTHER;

/**
 * Every command of the guide, in its order, as it stands there. The machine has to have a gigabyte of room beside the
 * sources, a compiler, and namespaces (see Vault).
 */
describe('the bundle', { concurrency: false }, () => {
  const commands = blocksOf('guides/bundle.md').filter(({ language, kind }) => language === 'sh' && kind === 'guide');
  let work: string;
  let homes: string;
  let vault: Vault;
  /** Unpacked in the vault, and once more, where what is written can be seen. */
  let folder: string;
  let seen: string;
  let bundleDigest: string;
  let programDigest: string;

  before(() => {
    // Beside the packages, to link to them, and not below node_modules, where Node strips no types.
    mkdirSync(join(ROOT, 'bundles'), { recursive: true });
    work = mkdtempSync(join(ROOT, 'bundles', '.test-'));
    homes = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-bundle-'));
    for (const home of ['one', 'other', 'vault', 'vault/medium', 'seen']) mkdirSync(join(homes, home));
    symlinkSync(join(homes, 'vault/medium'), join(homes, 'one/medium'));
    vault = new Vault(work);
    folder = join(homes, 'vault', 'program', NAME);
    seen = join(homes, 'seen', NAME);
  });
  after(() => {
    rmSync(work, { recursive: true, force: true });
    rmSync(homes, { recursive: true, force: true });
  });

  function next(what: RegExp): Block {
    const block = commands.shift();
    assert.ok(block, `the guide has no command ${what}`);
    assert.match(block.text, what);
    return block;
  }

  async function done(ending: Promise<Ended>): Promise<Ended> {
    const ended = await ending;
    assert.deepEqual([ended.status, ended.signal], [0, null], ended.out + ended.err);
    return ended;
  }

  const clone = (maker: Maker) => join(work, maker.folder);
  const type = (block: Block, at: string, home: string, env: Readonly<Record<string, string>> = {}, umask = '022') =>
    done(run(['sh', '-euc', `umask ${umask}\n${block.text}`], at, { ...env, PATH, HOME: join(homes, home) }));
  const make = (maker: Maker, block: Block) =>
    type(block, clone(maker), maker.home, { ...maker.env, npm_config_update_notifier: 'false' }, maker.umask);
  const tar = (...words: string[]) =>
    execFileSync('tar', words, { encoding: 'utf8', maxBuffer: 1 << 26, env: { PATH, LC_ALL: 'C', TZ: 'UTC' } });
  const archiveOf = (maker: Maker) => join(clone(maker), 'bundles', `${NAME}.tar`);

  it('is the same, byte for byte, when two people make it in two places', async () => {
    makeClone(clone(ONE), 'with git');
    makeClone(clone(OTHER), 'without git');
    const both = async (block: Block) => Promise.all([make(ONE, block), make(OTHER, block)]);
    const made = await both(next(/^\.\/scripts\/setup\nnpm run --silent bundle >/));
    const [digest, otherDigest] = await both(next(/^cat /));
    await both(next(/^tar -xOf /));
    const [files, otherFiles] = [ONE, OTHER].map(({ home }) => readFileSync(join(homes, home, 'bundle.files'), 'utf8'));
    assert.equal(files, otherFiles);
    bundleDigest = sha256Of(archiveOf(ONE));
    assert.equal(bundleDigest, sha256Of(archiveOf(OTHER)));
    assert.deepEqual([digest.out, otherDigest.out], Array(2).fill(`${bundleDigest}  ${NAME}.tar\n`));
    for (const [at, { err }] of made.entries()) assert.ok(err.includes(`\n${archiveOf(at ? OTHER : ONE)}\n`), err);
    assert.deepEqual(readdirSync(join(clone(ONE), 'bundles')), [`${NAME}.tar`]);
    programDigest = /((?: [0-9a-f]{4}){8})\n +((?: ?[0-9a-f]{4}){8})\n/.exec(made[0].err)?.[0].replace(/\s/g, '') ?? '';

    const { ino, mtimeMs } = statSync(archiveOf(ONE));
    const again = await run(['npm', 'run', '--silent', 'bundle'], clone(ONE), { PATH, HOME: join(homes, 'one') });
    assert.deepEqual([again.status, again.out], [1, '']);
    assert.equal(again.err, `bundle: "${archiveOf(ONE)}" exists; nothing is overwritten, so move it away first\n`);
    assert.deepEqual([ino, mtimeMs], [statSync(archiveOf(ONE)).ino, statSync(archiveOf(ONE)).mtimeMs]);
    rmSync(clone(OTHER), { recursive: true });
    await make(ONE, next(/^cp bundles\/.* ~\/medium\/$/));
  });

  it('has files and folders alone, of nobody, at the time of the commit, and starts no more than two of them', () => {
    const lines = tar('--numeric-owner', '--full-time', '-tvf', archiveOf(ONE)).split('\n').slice(0, -1);
    const entries = lines.map((line) => /^(\S+) (\S+) +\d+ (\S+ \S+) (.*)$/.exec(line)?.slice(1) ?? [line]);
    const time = new Date(COMMITTED * 1000).toISOString().slice(0, 19).replace('T', ' ');
    assert.deepEqual([...new Set(entries.map(([, owner, at]) => `${owner} ${at}`))], [`0/0 ${time}`]);
    assert.deepEqual([...new Set(entries.map(([mode]) => mode))].sort(), ['-rw-r--r--', '-rwxr-xr-x', 'drwxr-xr-x']);
    const started = entries.filter(([mode]) => mode === '-rwxr-xr-x').map(([, , , path]) => path);
    assert.deepEqual(started, [`${NAME}/bin/quorate`, `${NAME}/${RUNTIME}/bin/node`]);
    assert.ok(!readFileSync(archiveOf(ONE)).includes(work.slice(work.lastIndexOf('/') + 1)), 'no path of its clone');
  });

  it('is installed by unpacking; its sums find what is not as it was made, and its listing what was added', async () => {
    const { out } = await type(next(/^sha256sum ~\/medium\//), '/', 'vault');
    assert.ok(out.startsWith(`${bundleDigest}  `), out);
    await type(next(/^mkdir ~\/program\ntar -C /), '/', 'vault');
    tar('-C', join(homes, 'seen'), '-xf', archiveOf(ONE));

    const check = next(/^sha256sum -c --quiet SHA256SUMS$/);
    assert.equal((await type(check, folder, 'vault')).out, '');
    const added = next(/^cut -c 67- SHA256SUMS/);
    assert.equal((await type(added, folder, 'vault')).out, '');
    const listed = readFileSync(join(folder, 'SHA256SUMS'), 'utf8').split('\n').slice(0, -1);
    assert.deepEqual(
      listed.map((line) => line.slice(66)),
      filesIn(folder).filter((path) => path !== 'SHA256SUMS'),
    );

    const { out: summed } = await type(next(/^bin\/quorate version --sums \| sha256sum$/), folder, 'vault');
    assert.equal(summed, `${programDigest}  -\n`);
    const { out: sums } = await done(run([join(folder, 'bin/quorate'), 'version', '--sums'], '/', { PATH }));
    assert.deepEqual(
      sums.split('\n').filter((line) => line !== '' && !listed.includes(line)),
      [],
    );
    assert.ok(sums.includes(`  ${ADDON}\n`) && sums.includes(`  ${RUNTIME}/bin/node\n`));
  });

  it('has the packages that the lock file has for production, nothing for compilers, and a bill of all of it', () => {
    assertPackages(folder, filesIn(folder));
    assertBill(folder, programDigest);
  });

  it('links to no library but those of the Debian packages that the guide names', () => {
    const needed = [`${RUNTIME}/bin/node`, ADDON, PLAYED].flatMap((path) =>
      [...execFileSync('readelf', ['-d', join(folder, path)], { encoding: 'utf8' }).matchAll(/NEEDED.*\[(.*)\]/g)].map(
        ([, library = '']) => library,
      ),
    );
    // libc6, libgcc-s1 and libstdc++6 are part of each Debian: apt needs them.
    const base = /^(?:ld-linux-.*|lib(?:c|dl|m|pthread)\.so\.\d+|libgcc_s\.so\.1|libstdc\+\+\.so\.6)$/;
    assert.deepEqual(
      [...new Set(needed)].filter((library) => !base.test(library)),
      ['libatomic.so.1'],
    );
    assert.match(readPage('guides/bundle.md'), /base system and the package `libatomic1`/);
  });

  it('is watched: what it wrote in its folder would fail, and a socket would be its end', async () => {
    const written = await vault.run(folder, 'ro', ['touch', 'dist/new'], join(homes, 'vault'));
    assert.notEqual(written.status, 0);
    assert.match(written.err, /Read-only file system/);
    for (const open of [
      "require('node:net').connect(9, '127.0.0.1')",
      "require('node:dgram').createSocket('udp6').bind()",
    ]) {
      const words = [join(folder, RUNTIME, 'bin/node'), '-e', `${open}.on('error', () => {})`];
      assert.equal((await vault.run(folder, 'ro', words, join(homes, 'vault'))).signal, 'SIGSYS', open);
    }
  });

  it('rehearses where it cannot be written and has no network, to a pack that verifies', async () => {
    const block = next(REHEARSE);
    const words = ['sh', '-euc', block.text];
    const [there] = await Promise.all([
      done(vault.run(folder, 'ro', words, join(homes, 'vault'))),
      done(vault.run(seen, 'rw', words, join(homes, 'seen'))),
    ]);
    assert.match(there.out, /^\d+\.\d+\.\d+\nceremonies\/root-generation\.yaml: no problems /);
    const pack = join(homes, 'vault', 'rehearsal');
    const [opening = ''] = readFileSync(join(pack, 'events.jsonl'), 'utf8').split('\n');
    assert.equal((JSON.parse(opening) as { program: { digest: string } }).program.digest, programDigest);
    const roster = sha256Of(join(pack, 'roster', 'roster.json'));
    const verify = ['bin/quorate', 'verify', pack, '--expect', 'rehearsal', '--roster', roster];
    await done(vault.run(folder, 'ro', verify, join(homes, 'vault')));
    assert.deepEqual(commands, [], 'every command was run');
  });

  it('rehearses there what crypto officers drew up, on two HSMs that it plays, to a pack that verifies', async () => {
    const home = join(homes, 'vault');
    const script = join(home, 'root-generation.yaml');
    copyFileSync(join(ROOT, 'test/script/examples/root-generation.yaml'), script);
    const pack = join(home, 'example');
    const rehearse = ['bin/quorate', 'rehearse', script, '--out', pack];
    const { err } = await done(vault.run(folder, 'ro', rehearse, home));
    assert.match(err, /played as luna-7/);
    const roster = sha256Of(join(pack, 'roster', 'roster.json'));
    const verify = ['bin/quorate', 'verify', pack, '--expect', 'rehearsal', '--roster', roster];
    await done(vault.run(folder, 'ro', verify, home));
    const { copies } = JSON.parse(readFileSync(join(pack, 'ledger.json'), 'utf8')) as { copies: unknown[] };
    assert.equal(copies.length, 1);
  });

  it('plans there, and has its doctor look around', async () => {
    const site = join(homes, 'vault', 'rehearsal', 'site.yaml');
    const plan = ['bin/quorate', 'plan', 'ceremonies/root-generation.yaml', '--site', site];
    const [planned, looked] = await Promise.all([
      done(vault.run(folder, 'ro', plan, join(homes, 'vault'))),
      vault.run(folder, 'ro', ['bin/quorate', 'doctor'], join(homes, 'vault')),
      done(vault.run(seen, 'rw', plan, join(homes, 'seen'))),
      vault.run(seen, 'rw', ['bin/quorate', 'doctor'], join(homes, 'seen')),
    ]);
    assert.match(planned.out, /issue-root-certificate/);
    // It finds that a ceremony would be stopped: there is neither a terminal nor an HSM.
    assert.deepEqual([looked.status, looked.signal], [1, null], looked.err);
    assert.match(looked.out, new RegExp(`${programDigest.slice(0, 4)} ${programDigest.slice(4, 8)} `));
    assert.match(looked.out, /^ok +network: /m);
    assert.doesNotMatch(looked.out, /SIGSYS/);
  });

  it('has written nothing in its own folder where it could have, not even for a while', () => {
    // Every file and folder has the time of the commit until something is made, changed or removed in it.
    const times = execFileSync('find', ['.', '-printf', '%T@ %p\\n'], { cwd: seen, encoding: 'utf8' }).split('\n');
    assert.deepEqual(
      times.filter((line) => line !== '' && !line.startsWith(`${COMMITTED}.0000000000 `)),
      [],
    );
    assert.ok(times.length > 1000);
    execFileSync('sha256sum', ['-c', '--quiet', 'SHA256SUMS'], { cwd: seen });
    assert.deepEqual(filesIn(seen), filesIn(folder));
  });
});
