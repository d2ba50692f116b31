import assert from 'node:assert/strict';
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { hexGroups, sha256 } from '../../src/base/digest.ts';
import { wordRows } from '../../src/base/words.ts';
import { measureProgram } from '../../src/supervisor/program.ts';
import { type Block, blocksOf } from '../docs/pages.ts';
import { ROOT } from './table.ts';

const BLOCKS = blocksOf('guides/auditor.md');

/** Every command of the guide, in its order, as it stands there; the home and the room are this very folder. */
describe('the guide for auditors', { concurrency: false }, () => {
  let home: string;
  let sums: string;
  const commands = BLOCKS.filter(({ language }) => language === 'sh');

  before(() => {
    home = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-auditor-'));
    mkdirSync(join(home, 'medium'));
    sums = join(home, 'medium', 'quorate.sums');
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  function next(what: RegExp): Block {
    const block = commands.shift();
    assert.ok(block, `the guide has no command ${what}`);
    assert.match(block.text, what);
    return block;
  }

  function run(block: Block): SpawnSyncReturns<string> {
    const env = { PATH: process.env['PATH'] ?? '', HOME: home };
    return spawnSync('sh', ['-euc', block.text], { cwd: ROOT, env, encoding: 'utf8', timeout: 120_000 });
  }

  it('lists the files of the program; the digest of the listing is that of the program', () => {
    const listed = run(next(/version --sums/));
    const { digest } = measureProgram();
    assert.equal(listed.status, 0, listed.stderr);
    for (const row of [...hexGroups(digest), ...wordRows(digest).map(({ words }) => words.join('  '))])
      assert.ok(listed.stderr.includes(row), row);
    assert.equal(sha256(readFileSync(sums)), digest);
    assert.match(run(next(/^sha256sum ~/)).stdout, new RegExp(`^${digest} `));
  });

  it('finds what is another file than at home', () => {
    const block = next(/sha256sum -c/);
    const { status, stdout, stderr } = run(block);
    assert.deepEqual([status, stdout, stderr], [0, '', '']);
    withListing(
      (text) =>
        text.replace(/^[0-9a-f]{64}(?= {2}node_modules\/shamir-secret-sharing\/package\.json$)/m, sha256('other')),
      () => {
        const changed = run(block);
        assert.equal(changed.status, 1);
        assert.equal(changed.stdout, 'node_modules/shamir-secret-sharing/package.json: FAILED\n');
      },
    );
  });

  it('finds what is not there at home', () => {
    const block = next(/^cut /);
    const lines = () => {
      const { status, stdout, stderr } = run(block);
      assert.deepEqual([status, stderr], [0, '']);
      return stdout.split('\n').slice(0, -1);
    };
    const allowed = BLOCKS.find(({ kind }) => kind === 'screen')?.text.split('\n') ?? [];
    const expected = lines();
    assert.deepEqual(
      expected.filter((line) => !allowed.includes(line)),
      [],
    );
    withListing(
      (text) => text.replace(/^.* {2}(?:src\/cli\/lint\.ts|node_modules\/yaml\/package\.json)\n/gm, ''),
      () => assert.deepEqual(lines(), [...expected, 'node_modules/yaml', 'src/cli'].sort()),
    );
    assert.deepEqual(commands, [], 'every command was run');
  });

  /** As if the files were other ones than those of the listing. */
  function withListing(change: (text: string) => string, act: () => void): void {
    const text = readFileSync(sums, 'utf8');
    const changed = change(text);
    assert.notEqual(changed, text);
    writeFileSync(sums, changed);
    try {
      act();
    } finally {
      writeFileSync(sums, text);
    }
  }
});
