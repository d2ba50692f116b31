import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Event } from '../../src/transcript/event.ts';
import { hold } from './conducted.ts';
import { type Blow, holdUntil, type KillPoint, layTable, pointsOf, type Table, telling } from './kill-points.ts';
import { assertNothingIncoming, assertNothingLost, assertVerifies, eventsIn, filesIn } from './went-on.ts';

const SUBJECT = { C: 'US', O: 'Example Org', CN: 'Example Root CA G1' };
const ASKED = `      - { id: asked, step: make-csr, with: { key: root-key, subject: { C: ${SUBJECT.C}, O: ${SUBJECT.O}, CN: ${SUBJECT.CN} } }, out: root.csr }\n`;

/** The ceremony that follows another, with a request in the place of its CRL. */
const REQUESTING = readFileSync(new URL('../forge/following.yaml', import.meta.url), 'utf8')
  .replace('{ of: 5, present: 5 }', '{ of: 3, present: 3 }')
  .replace('{ sign: 3 }', '{ sign: 2 }')
  .replace('objectives: [crl]', 'objectives: [request]')
  .replace('  last-crl: { crl: latest, of: example-root-g1 }\n', '')
  .replace('[hsm-full, crl]', '[hsm-full, asked]')
  .replace(/^ {6}- \{ id: crl, .*\n/m, ASKED);

const STANDS = {
  tokens: ['root-hsm'],
  uses: [
    { kind: 'key', called: 'root', of: 'example-root-g1', subject: SUBJECT },
    { kind: 'certificate', called: 'root', of: 'example-root-g1' },
  ],
};

/** What is killed where; how often the HSM signs the request, in all; and what of it lies in the pack when it is killed. */
const POINTS: readonly (readonly [name: string, matches: RegExp, blow: Blow, signed: number, left: string[]])[] = [
  ['when the HSM has signed and nobody has recorded it', /^after hsm C_Sign$/, 'core', 2, []],
  ['when the signature is recorded and no file is written', /^after write pack\/chain.jsonl result$/, 'power', 1, []],
  [
    'when some files of the request are written and not recorded',
    /^after rename pack\/requests-made$/,
    'core',
    1,
    ['requests-made/root.csr', 'requests-made/root.pem', 'requests-made/root.txt'],
  ],
];

describe('a request to another CA, killed and resumed', { concurrency: false }, () => {
  let table: Table;
  let points: readonly KillPoint[] = [];
  before(async () => {
    table = await layTable(() => REQUESTING, STANDS);
    const whole = await hold(table.set, { inCore: telling(table), guardEndsByItself: true });
    assert.equal(whole.code, 0, whole.stderr);
    points = pointsOf(whole.told, table.proxies);
    await assertVerifies(table, 'complete', 'not killed');
  });
  after(() => table?.remove());

  for (const [name, matches, blow, signed, written] of POINTS) {
    test(name, async () => {
      const point = points.findLast(({ group }) => matches.test(group));
      assert.ok(point, [...new Set(points.map(({ group }) => group))].join('\n'));
      table.clear();
      const killed = await holdUntil(table, point, blow);
      assert.equal(killed.code, 137, killed.stderr);
      await assertVerifies(table, 'interrupted', `${name}, as it was left`);
      const left = filesIn(table.set.out);
      assert.deepEqual([...left.keys()].filter((path) => /^(requests-made|publish)\//.test(path)).sort(), written);
      assert.equal(results(eventsIn(table.set.out)).length, signed === 2 ? 0 : 1);
      const wentOn = await hold(table.set, { resume: true, guardEndsByItself: true });
      assert.equal(wentOn.code, 0, wentOn.stderr);
      assertNothingLost(left, filesIn(table.set.out), name);
      assertNothingIncoming(table, name);
      await assertVerifies(table, 'complete', name);
      const events = eventsIn(table.set.out);
      assert.deepEqual([intents(events).length, results(events).length], [signed, 1], 'recorded as done once');
      const csr = join(table.set.out, 'requests-made', 'root.csr');
      execFileSync('openssl', ['req', '-verify', '-noout', '-inform', 'DER', '-in', csr], { stdio: 'ignore' });
    });
  }
});

const proposals = (events: readonly Event[]) =>
  events.flatMap((event) => (event.type === 'proposed' && event.step === 'asked' ? [event.seq] : []));
const intents = (events: readonly Event[]) =>
  events.filter((event) => event.type === 'intent' && proposals(events).includes(event.proposal));
const results = (events: readonly Event[]) =>
  events.filter(
    (event) => event.type === 'result' && event.outcome === 'done' && proposals(events).includes(event.proposal),
  );
