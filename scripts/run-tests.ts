import { globSync } from 'node:fs';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

/**
 * Runs these test files, each in a process of its own: `scripts/run-tests.ts 'test/**\/*.test.ts'`. Those that last come
 * first, so that at the end no core is idle while one of them goes on. In turn they keep a core busy (whole ceremonies,
 * one after another) and mostly wait (for what appears at a terminal): more of them run at once than there are cores.
 * The limit is for what hangs: a sweep that takes a minute alone takes several beside two others.
 */
const LONGEST = [
  'ceremony/resumed',
  'ceremony/rotated',
  'verify/verify-shell',
  'sessions/ceremony',
  'sessions/tokens',
  'sessions/crypto-officer',
  'ceremony/rehearse',
  'ceremony/sequence',
  'sessions/enrolment',
  'sessions/memory',
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
const AT_ONCE = 3;
const LIMIT_MS = 1_200_000;

const files = globSync(process.argv.slice(2)).sort();
const first = LONGEST.filter((file) => files.includes(file));
const ordered = [...first, ...files.filter((file) => !first.includes(file))];
if (ordered.length === 0) {
  process.stderr.write(`no test file is ${process.argv.slice(2).join(', ')}\n`);
  process.exitCode = 1;
}
run({ files: ordered, concurrency: AT_ONCE, timeout: LIMIT_MS })
  .on('test:summary', ({ success }) => {
    if (!success) process.exitCode = 1;
  })
  .compose(spec)
  .pipe(process.stdout);
