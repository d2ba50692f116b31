import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as later } from 'node:timers/promises';
import { sha256 } from '../../src/base/digest.ts';
import { readAddendum } from '../../src/quorum/addendum.ts';
import type { Verification } from '../../src/verify/verify-pack.ts';
import { type Rehearsed, rehearse } from '../docs/rehearsed.ts';
import { QUORATE } from './table.ts';

const GIB = 1024 * 1024 * 1024;

describe('adding to an evidence pack', { concurrency: false }, () => {
  let rehearsed: Rehearsed;
  let home: string;
  let pack: string;

  before(() => {
    rehearsed = rehearse();
    home = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-add-'));
  });
  after(() => {
    rehearsed?.remove();
    rmSync(home, { recursive: true, force: true });
  });
  beforeEach(() => {
    for (const name of readdirSync(home)) rmSync(join(home, name), { recursive: true });
    pack = join(home, 'pack');
    cpSync(rehearsed.pack, pack, { recursive: true });
  });

  function file(name: string, content: string | Uint8Array = `what is in ${name}`): string {
    writeFileSync(join(home, name), content);
    return join(home, name);
  }

  /** A file of zeros that takes no room. */
  function sparse(name: string, size: number): string {
    truncateSync(file(name, ''), size);
    return join(home, name);
  }

  const add = (...args: readonly string[]) => spawnSync(QUORATE, ['add', pack, ...args], { encoding: 'utf8' });

  function added(...args: readonly string[]): string {
    const { status, stdout, stderr } = add(...args);
    assert.deepEqual([status, stderr], [0, '']);
    return stdout;
  }

  function verify(folder = pack): Verification {
    const { stdout, stderr } = spawnSync(
      QUORATE,
      ['verify', folder, '--expect', 'rehearsal', '--roster', rehearsed.roster, '--json'],
      { encoding: 'utf8' },
    );
    assert.equal(stderr, '');
    return JSON.parse(stdout) as Verification;
  }

  const evidence = () => verify().evidence.map(({ state, kind, number }) => [state, kind, number]);
  const addendumOf = (folder: string) => readAddendum(readFileSync(join(pack, 'addenda', folder, 'addendum.json')));

  /** Every file of the pack and beside it, with its content; of a large one its size. */
  function everything(): readonly (readonly [string, string])[] {
    const contentOf = (path: string) => {
      const stats = lstatSync(path);
      if (!stats.isFile()) return '';
      return stats.size > GIB / 16 ? String(stats.size) : sha256(readFileSync(path));
    };
    const paths = readdirSync(home, { recursive: true, encoding: 'utf8' }).sort();
    return paths.map((path) => [path, contentOf(join(home, path))] as const);
  }

  function refuses(code: string, status: number, message: RegExp, ...args: readonly string[]): void {
    const untouched = everything();
    const ended = add(...args);
    assert.equal(ended.status, status, ended.stderr);
    assert.match(ended.stderr, new RegExp(`^quorate: ${code}: `));
    assert.match(ended.stderr, message);
    assert.equal(ended.stdout, '');
    assert.deepEqual(everything(), untouched, 'nothing was made, nothing was changed');
  }

  it('copies files into an addendum that names the pack; both verifiers show it, and the report stays the same', () => {
    const films = [file('sheet-2.pdf'), file('sheet-1.pdf', Buffer.alloc(5_000_000, 7))];
    const said = added('--evidence', 'ink-pages', '--note', 'scanned by the "auditor"', ...films);
    const addendum = addendumOf('01-ink-pages');
    assert.equal(addendum.pack, sha256(readFileSync(join(pack, 'manifest.json'))));
    assert.deepEqual([addendum.number, addendum.kind, addendum.note], [1, 'ink-pages', 'scanned by the "auditor"']);
    assert.deepEqual(addendum.files, [
      { name: 'sheet-1.pdf', size: 5_000_000, sha256: sha256(Buffer.alloc(5_000_000, 7)), carried: true },
      { name: 'sheet-2.pdf', size: 22, sha256: sha256('what is in sheet-2.pdf'), carried: true },
    ]);
    assert.deepEqual(readFileSync(join(pack, 'addenda/01-ink-pages/files/sheet-1.pdf')), Buffer.alloc(5_000_000, 7));
    assert.ok(said.includes(`addendum    ${pack}/addenda/01-ink-pages\n`), said);
    assert.ok(said.includes('signatures  none: so far it is asserted by nobody\n'), said);

    added('--evidence', 'video', '--hash-only', file('film.mp4'));
    const { findings, notRun, evidence: items, claims } = verify();
    assert.deepEqual([findings, notRun], [[], []]);
    assert.ok(claims.some(({ claim, status }) => claim.startsWith('views/report.pdf') && status === 'proven'));
    const lines = items.map(({ state, kind, detail }) => `${state.padEnd(9)} evidence ${kind}: ${detail}`);
    const [ink, video] = [addendum, addendumOf('02-video')].map(({ time }) => time);
    assert.deepEqual(lines, [
      `shown     evidence ink-pages: addendum 01 of ${ink}: 2 files; unsigned: asserted by nobody`,
      `shown     evidence video: addendum 02 of ${video}: 1 file, 1 only as a digest; unsigned: asserted by nobody`,
      'promised  evidence auditor-report: no addendum yet',
    ]);
    const shell = spawnSync('sh', ['./verify.sh', rehearsed.roster], { cwd: pack, encoding: 'utf8' });
    assert.equal(shell.status, 0, shell.stdout);
    assert.deepEqual(
      shell.stdout.split('\n').filter((line) => / evidence /.test(line)),
      lines,
    );
    assert.deepEqual(
      readdirSync(home).filter((name) => name.startsWith('.')),
      [],
      'nothing is left beside the pack',
    );
    const shown = spawnSync(QUORATE, ['show', join(pack, 'addenda/01-ink-pages/addendum.json')], { encoding: 'utf8' });
    assert.match(shown.stdout, /^ADDENDUM {4}1, ink-pages: 2 files\n/);
  });

  it('takes the digest of a file that is larger than any that a pack carries, and does not copy it', () => {
    const film = sparse('film.mp4', 2 * GIB + 1);
    refuses('FILE_TOO_LARGE', 2, /of at most 1073741824\n.*--hash-only/, '--evidence', 'video', film);
    added('--evidence', 'video', '--hash-only', film);
    const [only] = addendumOf('01-video').files;
    assert.deepEqual(only, {
      name: 'film.mp4',
      size: 2 * GIB + 1,
      // head -c 2147483649 /dev/zero | sha256sum
      sha256: 'b8030a8ab89280935633d8d991da3d9907c0f12e8b6fc3bfc515f4d440872b6e',
      carried: false,
    });
    assert.deepEqual(readdirSync(join(pack, 'addenda/01-video')), ['addendum.json']);
  });

  it('refuses a kind that the script does not promise, unless it is meant; and then says so', () => {
    const bag = file('bag.jpg');
    refuses(
      'ADDENDUM_REFUSED',
      2,
      /does not promise "seals"\n.*video, ink-pages, auditor-report/,
      '--evidence',
      'seals',
      bag,
    );
    refuses('ADDENDUM_REFUSED', 2, /the script promises "video"/, '--evidence', 'video', '--undeclared', bag);
    assert.match(
      added('--evidence', 'seals', '--undeclared', bag),
      /^evidence {4}seals, which the script does not promise$/m,
    );
    const [seals] = verify().evidence;
    assert.match(seals?.detail ?? '', /; the script does not promise it$/);
  });

  it('refuses what is no command', () => {
    const film = file('film.mp4');
    refuses('USAGE', 64, /no file is named/, '--evidence', 'video');
    refuses('USAGE', 64, /wants an evidence pack and --evidence/, film);
    for (const kind of ['Video', '../video', 'video2', 'ink--pages', 'a'.repeat(33), ''])
      refuses('USAGE', 64, /expected lower-case words/, '--evidence', kind, film);
    refuses('USAGE', 64, /--note has more than one line/, '--evidence', 'video', '--note', 'a\nb', film);
    refuses('USAGE', 64, /--note holds a character that U\+202E/, '--evidence', 'video', '--note', 'a\u202eb', film);
  });

  it('refuses files that it cannot take, and then takes none', () => {
    const film = file('film.mp4');
    const video = ['--evidence', 'video', film];
    refuses('FILE_MISSING', 2, /there is no file ".*\/gone\.mp4"/, ...video, join(home, 'gone.mp4'));
    refuses('ADDENDUM_REFUSED', 2, /is the same file as|has the same name as/, ...video, film);
    linkSync(film, join(home, 'again.mp4'));
    refuses('ADDENDUM_REFUSED', 2, /again\.mp4" is the same file as ".*film\.mp4"/, ...video, join(home, 'again.mp4'));
    mkdirSync(join(home, 'other'));
    refuses('ADDENDUM_REFUSED', 2, /has the same name as/, ...video, file('other/FILM.mp4'));
    symlinkSync(film, join(home, 'link.mp4'));
    refuses('PATH_REFUSED', 5, /link\.mp4" is a link/, ...video, join(home, 'link.mp4'));
    refuses('FILE_UNREADABLE', 2, /other" is not a regular file/, ...video, join(home, 'other'));
    spawnSync('mkfifo', [join(home, 'pipe')]);
    refuses('FILE_UNREADABLE', 2, /pipe" is not a regular file/, ...video, join(home, 'pipe'));
    rmSync(join(home, 'pipe'));
    for (const name of ['the film.mp4', '-film.mp4', '.film.mp4', 'fil\u00e9.mp4', 'a'.repeat(129)])
      refuses('ADDENDUM_REFUSED', 2, /has a name that an addendum cannot have\n.*rename it/, ...video, file(name));
    refuses('FILE_UNREADABLE', 2, /is not a regular file/, ...video, `${home}/other/../other`);
    if (process.getuid?.() !== 0) {
      chmodSync(film, 0o000);
      refuses('FILE_UNREADABLE', 2, /film\.mp4" cannot be read: EACCES/, ...video);
    }
  });

  it('refuses what is no sealed pack, or has another plan than its manifest says', () => {
    const video = ['--evidence', 'video', file('film.mp4')];
    const manifest = join(pack, 'manifest.json');
    renameSync(manifest, join(home, 'manifest.json'));
    refuses('PACK_UNREADABLE', 1, /has no manifest\.json: it is no evidence pack, or was never sealed/, ...video);
    writeFileSync(manifest, '{}');
    refuses('PACK_UNREADABLE', 1, /manifest\.json lacks "type"/, ...video);
    rmSync(manifest);
    symlinkSync(join(home, 'manifest.json'), manifest);
    refuses('PACK_UNREADABLE', 1, /manifest\.json" is no file of at most/, ...video);
    rmSync(manifest);
    renameSync(join(home, 'manifest.json'), manifest);
    const plan = join(pack, 'plan.json');
    writeFileSync(plan, readFileSync(plan, 'utf8').replace('"ink-pages"', '"ink-sheets"'));
    refuses('PACK_UNREADABLE', 1, /plan\.json of ".*" is not the one that its manifest lists/, ...video);
    rmSync(pack, { recursive: true });
    refuses('FILE_MISSING', 2, /there is no evidence pack/, ...video);
  });

  it('follows no link where its folder must be, and overwrites nothing', () => {
    const video = ['--evidence', 'video', file('film.mp4')];
    mkdirSync(join(home, 'elsewhere'));
    symlinkSync(join(home, 'elsewhere'), join(pack, 'addenda'));
    refuses('PATH_REFUSED', 5, /addenda" is a link or a file where a folder must be/, ...video);
    rmSync(join(pack, 'addenda'));
    symlinkSync(join(home, 'elsewhere'), join(home, '.pack.adding'));
    refuses('PATH_REFUSED', 5, /\.adding" is a link or a file where a folder must be/, ...video);
    rmSync(join(home, '.pack.adding'));
    mkdirSync(join(pack, 'addenda/99-video'), { recursive: true });
    refuses('ADDENDUM_REFUSED', 2, /has addendum 99, the last/, ...video);
  });

  it('is killed in the midst of a copy: the pack verifies, and a second one comes whole', {
    timeout: 300_000,
  }, async () => {
    const film = sparse('film.mp4', GIB);
    const work = join(home, '.pack.adding');
    const copy = join(work, '.incoming/addendum/files/film.mp4');
    const child = spawn(QUORATE, ['add', pack, '--evidence', 'video', film], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.on('exit', (_code, signal) => resolve(signal)));
    while (!existsSync(copy) || lstatSync(copy).size === 0) await later(5);
    // While it runs nobody else may add: two would take one number.
    const other = add('--evidence', 'ink-pages', file('sheet.pdf'));
    assert.match(other.stderr, /^quorate: OUTPUT_HELD: /);
    child.kill('SIGKILL');
    assert.equal(await ended, 'SIGKILL');
    assert.ok(existsSync(copy), 'it was cut short');
    assert.ok(!existsSync(join(pack, 'addenda')));
    assert.deepEqual(verify().findings, []);
    assert.deepEqual(evidence()[0], ['promised', 'video', null]);

    added('--evidence', 'video', file('short.mp4'));
    assert.deepEqual(verify().findings, []);
    assert.deepEqual(evidence()[0], ['shown', 'video', 1]);
    assert.ok(!existsSync(work), 'what the killed one left is gone');
  });
});
