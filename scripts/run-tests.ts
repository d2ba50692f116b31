import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { pathToFileURL } from 'node:url';
import { sharedProcess, testProcesses } from './test-processes.ts';

/**
 * Runs these test files: `scripts/run-tests.ts 'test/**\/*.test.ts'`. Pure ones share a process with the others of their
 * folder (`test-processes.ts`); each other one has its own. Those that last come first, so that at the end no core is
 * idle while one of them goes on. In turn they keep a core busy (whole ceremonies, one after another) and mostly wait
 * (for what appears at a terminal, for a time limit): twice as many of them run at once as there are cores on a small
 * machine. The limit is for what hangs: a sweep that takes a minute alone takes several beside three others.
 */
const LONGEST = [
  'ceremony/resumed',
  'ceremony/played',
  'ceremony/rotated',
  'verify/verify-shell',
  'sessions/ceremony',
  'sessions/tokens',
  'sessions/crypto-officer',
  'ceremony/rehearse',
  'ceremony/sequence',
  'sessions/enrolment',
  'sessions/memory',
  'ceremony/life-of-a-key',
  'ceremony/mirrored',
  'ceremony/backup',
  'ceremony/hsm-trouble',
  'sessions/authorize',
  'docs/commands',
  'sessions/resume',
  'report/hard-cases',
  'sessions/vault',
  'bundle/bundle',
  'verify/tampering',
  'guard/hsm-session',
  'report/at-the-table',
  'verify/at-the-table',
].map((name) => `test/${name}.test.ts`);
const AT_ONCE = 4;
const LIMIT_MS = 1_200_000;

const files = globSync(process.argv.slice(2)).sort();
const first = LONGEST.filter((file) => files.includes(file));
const ordered = [...first, ...files.filter((file) => !first.includes(file))];
if (ordered.length === 0) {
  process.stderr.write(`no test file is ${process.argv.slice(2).join(', ')}\n`);
  process.exitCode = 1;
}
const folder = mkdtempSync(join(tmpdir(), 'quorate-run-tests-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
// Where test files find what one of them has made for all (test/ceremony/shared-rehearsal.ts).
process.env['QUORATE_SHARED'] = folder;
// A process that many files share keeps one core busy for long: after those that last, and before all others.
const rank = ([one = '', ...more]: readonly string[]) => (first.includes(one) ? 0 : more.length > 0 ? 1 : 2);
const processes = testProcesses(ordered, first, (file) => readFileSync(file, 'utf8')).sort((a, b) => rank(a) - rank(b));
const seen = new Set<string | undefined>();
run({ files: processes.map((group) => fileOf(group)), concurrency: AT_ONCE, timeout: LIMIT_MS })
  .on('test:pass', ({ file }) => seen.add(file))
  .on('test:fail', ({ file }) => seen.add(file))
  .on('test:summary', ({ success }) => {
    if (!success) process.exitCode = 1;
  })
  .on('end', () => {
    // What shares a process with others could be lost without anybody's failing.
    const shared = processes.filter((group) => group.length > 1).flat();
    const lost = shared.filter((file) => !seen.has(resolve(file)));
    if (lost.length === 0) return;
    process.stderr.write(`no test was run of ${lost.join(', ')}\n`);
    process.exitCode = 1;
  })
  .compose(spec)
  .pipe(process.stdout);

/** One file that the runner starts: the test file, or one that imports those that share a process. */
function fileOf(group: readonly string[]): string {
  const [one = '', ...more] = group;
  if (more.length === 0) return one;
  const file = join(folder, `${one.split('/').at(-2)}.test.mjs`);
  writeFileSync(file, sharedProcess(group.map((name) => pathToFileURL(resolve(name)).href)));
  return file;
}
