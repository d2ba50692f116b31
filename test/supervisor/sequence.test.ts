import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { NO_DIGEST } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { buildManifest } from '../../src/pack/manifest.ts';
import type { OutputClaim } from '../../src/supervisor/output-folder.ts';
import type { Ceremony, OpenStage } from '../../src/supervisor/perform.ts';
import { holdSequence, numbered } from '../../src/supervisor/sequence.ts';

const SCRIPTS = ['/scripts/root.yaml', '/scripts/yearly crl.yml', '/elsewhere/root.yaml'];

describe('ceremonies that are rehearsed one after another', () => {
  let folder = '';
  let out = '';
  let said = '';
  let held: Ceremony[] = [];
  let claims: OutputClaim[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-sequence-'));
    out = join(folder, 'packs');
    [said, held, claims] = ['', [], []];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Leaves a pack that is sealed. */
  function seal(at: string, outcome: 'complete' | 'aborted'): void {
    const digests = { ceremony: NO_DIGEST, head: NO_DIGEST, authorization: NO_DIGEST, roster: NO_DIGEST };
    writeFileSync(join(at, 'manifest.json'), buildManifest({ ...digests, events: 1, outcome, mode: 'rehearsal' }, []));
  }

  /** A stage on which each ceremony ends as it is told; the first by the first of these. */
  const stage = (...ends: readonly ((ceremony: Ceremony) => number)[]): (() => Promise<OpenStage>) => {
    const hold = async (ceremony: Ceremony) => {
      held.push(ceremony);
      return ends[held.length - 1]?.(ceremony) ?? 0;
    };
    return async () => ({ hold });
  };
  const complete = ({ out: at, before }: Ceremony) => {
    assert.ok(existsSync(join(at, '.incoming')), 'it is held while the ceremony is');
    if (before !== undefined)
      assert.equal(existsSync(join(before, '.incoming')), false, 'the one before is not any more');
    seal(at, 'complete');
    return 0;
  };
  const run = async (open: () => Promise<OpenStage>) => {
    try {
      return await holdSequence(numbered(SCRIPTS, out), out, claims, open, (text) => {
        said += text;
      });
    } finally {
      for (const claim of claims.toReversed()) claim.release();
    }
  };
  const [one, two, three] = ['01-root', '02-yearly-crl', '03-root'] as const;

  test('have a folder each, numbered, and each is told of the pack before', async () => {
    assert.equal(await run(stage(complete, complete, complete)), 0);
    assert.deepEqual(
      held,
      [one, two, three].map((name, index) => ({
        script: SCRIPTS[index],
        out: join(out, name),
        before: index === 0 ? undefined : join(out, [one, two][index - 1] as string),
      })),
    );
    assert.deepEqual(readdirSync(out), [one, two, three]);
    assert.deepEqual(readdirSync(join(out, two)), ['manifest.json']);
    assert.match(said, /^ceremony 2 of 3: \/scripts\/yearly crl\.yml → .*\/02-yearly-crl$/m);
    assert.doesNotMatch(said, /What is left/);
  });

  test('a hundred have three digits each', () => {
    const [first, ...rest] = numbered(Array(100).fill('a/b.yaml'), '/out');
    assert.deepEqual([first?.folder, rest.at(-1)?.folder], ['/out/001-b', '/out/100-b']);
  });

  test('stop at one that was aborted, and say what is left', async () => {
    const aborted = ({ out: at }: Ceremony) => {
      seal(at, 'aborted');
      return 4;
    };
    assert.equal(await run(stage(complete, aborted)), 4);
    assert.equal(held.length, 2);
    assert.equal(existsSync(join(out, three)), false);
    assert.ok(
      said.endsWith(
        [
          '',
          'quorate: ceremony 2 of 3, "/scripts/yearly crl.yml", ended with exit code 4; the one after it was not begun. What is left:',
          `  ${join(out, one)}: complete, its pack sealed`,
          `  ${join(out, two)}: aborted, its pack sealed`,
          `  ${join(out, three)}: not begun`,
          '',
        ].join('\n'),
      ),
      said,
    );
  });

  test('stop at one that was interrupted, and say so before what went wrong', async () => {
    const died = ({ out: at }: Ceremony): number => {
      writeFileSync(join(at, 'events.jsonl'), '');
      throw new CeremonyError('GUARD_DIED', 'the guard has ended');
    };
    await assert.rejects(run(stage(died)), { code: 'GUARD_DIED' });
    assert.ok(
      said.includes('ceremony 1 of 3, "/scripts/root.yaml", could not be held; the 2 after it were not begun.'),
      said,
    );
    assert.ok(said.includes(`  ${join(out, one)}: interrupted, a record that is not sealed\n`), said);
  });

  test('stop at one that was refused, of which nothing is left, nor of a stage that was not opened', async () => {
    assert.equal(await run(stage(complete, complete, () => 2)), 2);
    assert.ok(said.includes('ended with exit code 2. What is left:'), said);
    assert.ok(said.includes(`  ${join(out, three)}: did not begin, no record\n`), said);
    assert.deepEqual(readdirSync(out), [one, two]);
    [claims, out] = [[], join(folder, 'others')];
    const refused = async () => {
      throw new CeremonyError('REHEARSAL_SETUP', 'these ceremonies cannot follow one another');
    };
    await assert.rejects(run(refused), { code: 'REHEARSAL_SETUP' });
    assert.equal(existsSync(out), false);
  });

  test('overwrite nothing', async () => {
    mkdirSync(join(out, 'mine'), { recursive: true });
    await assert.rejects(run(stage()), { code: 'OUTPUT_EXISTS' });
    assert.deepEqual(readdirSync(out), ['mine']);
  });
});
