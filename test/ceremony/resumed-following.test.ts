import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readLedger } from '../../src/ledger/read.ts';
import { hold } from './conducted.ts';
import { holdUntil, type KillPoint, layTable, pointsOf, type Table, telling } from './kill-points.ts';
import { assertNothingIncoming, assertNothingLost, assertVerifies, eventsIn, filesIn } from './went-on.ts';

const FOLLOWING = readFileSync(new URL('../forge/following.yaml', import.meta.url), 'utf8')
  .replace('{ of: 5, present: 5 }', '{ of: 3, present: 3 }')
  .replace('{ sign: 3 }', '{ sign: 2 }');

const STANDS = {
  tokens: ['root-hsm'],
  uses: [
    { kind: 'key', called: 'root', of: 'example-root-g1' },
    { kind: 'certificate', called: 'root', of: 'example-root-g1' },
    { kind: 'crl', called: 'latest', of: 'example-root-g1' },
  ],
};

/** What is killed where: in the opening, once the approvals are there, at the intent, when the HSM has signed, at the seal. */
const POINTS: readonly (readonly [name: string, matches: RegExp, last?: true])[] = [
  ['before the roll-call', /^after write pack\/events.jsonl observation$/],
  ['when it is approved', /^after write pack\/chain.jsonl approval$/, true],
  ['at the intent, before its chain line', /^after write pack\/events.jsonl intent$/, true],
  ['before the HSM signs', /^before hsm C_Sign$/, true],
  ['when the HSM has signed and nobody has recorded it', /^after hsm C_Sign$/, true],
  ['half through the line of the result', /^half write pack\/events.jsonl result$/, true],
  ['while it is sealed', /^after link pack\/manifest.json$/],
];

/** By default it is killed where what is done cannot be seen on the HSM; QUORATE_KILLS=all kills at all of these. */
const SAMPLED = /nobody has recorded/;
const CHOSEN = process.env['QUORATE_KILLS'] === 'all' ? POINTS : POINTS.filter(([name]) => SAMPLED.test(name));

describe('a ceremony that follows another, killed and resumed', { concurrency: false }, () => {
  let table: Table;
  let points: readonly KillPoint[] = [];
  before(async () => {
    table = await layTable(() => FOLLOWING, STANDS);
    const whole = await hold(table.set, { inCore: telling(table), guardEndsByItself: true });
    assert.equal(whole.code, 0, whole.stderr);
    points = pointsOf(whole.told, table.proxies);
    await assertVerifies(table, 'complete', 'not killed');
  });
  after(() => table?.remove());

  for (const [index, [name, matches, last]] of CHOSEN.entries()) {
    test(name, async () => {
      const those = points.filter(({ group }) => matches.test(group));
      const point = last ? those.at(-1) : those[0];
      assert.ok(point, [...new Set(points.map(({ group }) => group))].join('\n'));
      table.clear();
      const killed = await holdUntil(table, point, index % 2 === 0 ? 'core' : 'power');
      assert.equal(killed.code, 137, killed.stderr);
      const left = filesIn(table.set.out);
      const wentOn = await hold(table.set, { resume: true, guardEndsByItself: true });
      assert.equal(wentOn.code, 0, wentOn.stderr);
      assertNothingLost(left, filesIn(table.set.out), name);
      assertNothingIncoming(table, name);
      await assertVerifies(table, 'complete', name);
      const results = eventsIn(table.set.out).filter((event) => event.type === 'result' && event.outcome === 'done');
      assert.equal(results.length, 2, 'the inventory and the signature, each done once by the record');
      const { crls } = readLedger(readFileSync(join(table.set.out, 'ledger.json')));
      assert.deepEqual(
        crls.map(({ number }) => number),
        ['1', '2'],
      );
    });
  }
});
