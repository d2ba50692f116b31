import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { momentOf } from './bundle/moment.ts';
import { directlyNeeded, type Lock, neededPackages } from './bundle/packages.ts';
import { billOfMaterials } from './bundle/sbom.ts';
import { ADDON, licenseOf, stage } from './bundle/stage.ts';

const ROOT = join(import.meta.dirname, '..');
const RUNTIME = `node-linux-${process.arch}`;
const SUMS = 'SHA256SUMS';
const SBOM = 'sbom.cdx.json';

/** For what hangs: hundreds of megabytes are copied and read, on disks of any kind. */
const LIMIT_MS = 600_000;

/** A locale or options of tar's own in the environment must not change a byte. */
const ENVIRONMENT = { ...process.env, LC_ALL: 'C', TZ: 'UTC', TAR_OPTIONS: '' };

function run(command: string, words: readonly string[], cwd: string): SpawnSyncReturns<string> {
  const ended = spawnSync(command, words, {
    cwd,
    env: ENVIRONMENT,
    encoding: 'utf8',
    timeout: LIMIT_MS,
    maxBuffer: 1 << 26,
  });
  if (ended.status !== 0) {
    const why = ended.error?.message ?? `exit ${ended.status ?? ended.signal}`;
    throw new Error(`"${command}" failed (${why})\n${ended.stdout ?? ''}${ended.stderr ?? ''}`.trimEnd());
  }
  return ended;
}

function sha256Of(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** With the mode of the other files: whose umask it was must not be seen. */
function write(path: string, text: string): void {
  writeFileSync(path, text, { flag: 'wx' });
  chmodSync(path, 0o644);
}

/** As `sha256sum -c` takes them: every file but the list itself, sorted by path. */
function writeSums(folder: string): void {
  const script = `find . -type f -printf '%P\\0' | sort -z | xargs -0 sha256sum`;
  write(join(folder, SUMS), run('sh', ['-euc', script], folder).stdout);
}

/**
 * One archive of the folder. ustar, since it has no place for what differs from build to build: no times of access, no
 * extended headers, no names of users. A name that is too long for it fails.
 */
function writeArchive(work: string, name: string, seconds: number): string {
  const archive = join(work, `${name}.tar`);
  const how = ['--format=ustar', '--sort=name', `--mtime=@${seconds}`, '--owner=0', '--group=0', '--numeric-owner'];
  run('tar', ['--create', ...how, `--file=${archive}`, '--', name], work);
  return archive;
}

/** Takes its name only when it is whole and on the disk, and never the name of another. */
function publish(archive: string, target: string): void {
  const file = openSync(archive, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  linkSync(archive, target);
}

/** @returns path of the bundle */
function makeBundle(out: string): string {
  if (realpathSync(process.execPath) !== realpathSync(join(ROOT, 'node_modules', RUNTIME, 'bin/node')))
    throw new Error('it runs on the runtime that it packs; start it with "npm run bundle"');
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Lock;
  const { version, license } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, string>;
  const seconds = momentOf(ROOT, process.env['SOURCE_DATE_EPOCH']);
  const packages = neededPackages(lock, RUNTIME);
  const name = `quorate-${version}-linux-${process.arch}`;
  const target = join(out, `${name}.tar`);
  if (existsSync(target)) throw new Error(`"${target}" exists; nothing is overwritten, so move it away first`);

  // Compiled anew: a build that was changed since would be taken for one of these sources.
  rmSync(join(ROOT, 'dist/.built'), { force: true });
  run(join(ROOT, 'scripts/build'), [], ROOT);

  mkdirSync(out, { recursive: true });
  const work = mkdtempSync(join(out, '.bundle-'));
  try {
    const folder = join(work, name);
    stage(ROOT, folder, packages, RUNTIME);
    // The bundle itself says what it will say of itself in the vault. On the way it shows that it starts.
    const { stdout: listing, stderr: words } = run(join(folder, 'bin/quorate'), ['version', '--sums'], folder);
    const decisive = [ADDON, `node_modules/${RUNTIME}/bin/node`];
    const licensed = packages.map((one) => ({ ...one, license: licenseOf(ROOT, one) }));
    const bill = billOfMaterials(licensed, {
      version: version as string,
      license: license as string,
      programDigest: createHash('sha256').update(listing).digest('hex'),
      atUtc: new Date(seconds * 1000).toISOString().replace('.000Z', 'Z'),
      runtime: RUNTIME,
      builtIn: process.versions,
      direct: directlyNeeded(lock, RUNTIME),
      files: Object.fromEntries(decisive.map((path) => [path, sha256Of(join(folder, path))])),
    });
    write(join(folder, SBOM), bill);
    writeSums(folder);
    const archive = writeArchive(work, name, seconds);
    // Once more, since sources may have been edited meanwhile.
    momentOf(ROOT, process.env['SOURCE_DATE_EPOCH']);
    publish(archive, target);
    process.stderr.write(`${target}\n${words}`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return target;
}

const { values } = parseArgs({ options: { out: { type: 'string', default: join(ROOT, 'bundles') } } });
try {
  const bundle = makeBundle(resolve(values.out));
  // As sha256sum prints it in that folder, so that the line is the same on every computer that made the same bundle.
  process.stdout.write(`${sha256Of(bundle)}  ${basename(bundle)}\n`);
} catch (error) {
  process.stderr.write(`bundle: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
