import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parseCrl } from '../../src/x509/crl.ts';
import { cRLNumber, deltaCRLIndicator } from '../../src/x509/crl-extensions.ts';
import { hold } from './conducted.ts';
import { afterChange, holdUntil, type KillPoint, layTable, type Table } from './kill-points.ts';
import { quorate } from './played-pack.ts';
import { assertNothingIncoming, assertNothingLost, assertVerifies, eventsIn, filesIn } from './went-on.ts';

const SUBJECT = { C: 'US', O: 'Example Org', CN: 'Example Root CA G1' };
const DELTA = `      - { id: agreed-too, step: approve, by: administrator, check: auditor, with: { operations: [delta] } }
      - { id: delta, step: issue-crl, with: { issuer: root, key: root-key, delta-of: root, this-update: { at: proposal }, next-update: { from: this-update, plus: P30D } }, out: root-delta.crl, makes: { crl: root-delta } }
`;

/** The ceremony that follows another, with a delta CRL that starts from its complete one. */
const WITH_DELTA = readFileSync(new URL('../forge/following.yaml', import.meta.url), 'utf8')
  .replace('{ of: 5, present: 5 }', '{ of: 3, present: 3 }')
  .replace('{ sign: 3 }', '{ sign: 2 }')
  .replace('[rfc5280, cabf-tls]', '[rfc5280, private]')
  .replace('operations: 2 }', 'operations: 3 }')
  .replace('{ at: proposal, floor: PT1M }', '{ at: proposal }')
  .replace(/^ {6}- \{ id: lock, /m, `${DELTA}$&`);

const STANDS = {
  tokens: ['root-hsm'],
  uses: [
    { kind: 'key', called: 'root', of: 'example-root-g1', subject: SUBJECT },
    { kind: 'certificate', called: 'root', of: 'example-root-g1' },
    { kind: 'crl', called: 'latest', of: 'example-root-g1' },
  ],
};

describe('a delta CRL after an interruption', { concurrency: false }, () => {
  let table: Table;
  before(async () => {
    table = await layTable(() => WITH_DELTA, STANDS);
  });
  after(() => table?.remove());

  const numbers = (path: string) => {
    const { extensions } = parseCrl(readFileSync(join(table.set.out, 'crls', path)));
    return [cRLNumber(extensions), deltaCRLIndicator(extensions)];
  };

  /** @param point at which power fails @returns what the guard showed once the ceremony went on */
  async function goesOn(point: KillPoint): Promise<string> {
    table.clear();
    const killed = await holdUntil(table, point, 'power');
    assert.equal(killed.code, 137, killed.stderr);
    const left = filesIn(table.set.out);
    const wentOn = await hold(table.set, { resume: true, guardEndsByItself: true });
    assert.equal(wentOn.code, 0, wentOn.stderr);
    assertNothingLost(left, filesIn(table.set.out), 'resumed');
    assertNothingIncoming(table, 'resumed');
    await assertVerifies(table, 'complete', 'resumed');
    const complete = numbers('root.crl')[0] as bigint;
    assert.deepEqual(numbers('root-delta.crl'), [complete + 1n, complete]);
    return wentOn.screen;
  }

  test('starts from the complete CRL that was signed before it, by a guard that did not sign that', async () => {
    // The folder is new: its files get their names with it.
    const screen = await goesOn(afterChange('rename pack/publish'));
    assert.match(screen, /known {7}1 CRL of this key from before the interruption/);
    assert.match(screen, /complete CRL 2, signed/);
    assert.match(screen, /Decline if another was approved/);
    const delta = eventsIn(table.set.out).findLast((one) => one.type === 'proposed' && one.step === 'delta');
    const shown = quorate('show', table.set.out, '--proposal', String(delta?.seq));
    assert.equal(shown.status, 0, shown.stderr);
    // The second screen says what the guard says: it follows the complete one of this ceremony, not that of the ledger.
    const changes = /^DELTA of .*\nfollows .*\nentries .*\nexpires .*$/m;
    assert.equal(changes.exec(shown.stdout)?.[0], changes.exec(screen)?.[0]);
    assert.match(shown.stdout, /^follows {5}CRL 2$/m);
  });

  test('and one that was approved, and perhaps signed, is shown to those who approve the next', async () => {
    // The inventory has the first, the complete CRL the second.
    const screen = await goesOn(afterChange('write pack/chain.jsonl intent', 3));
    assert.match(screen, /PERHAPS SIGNED: its record broke off/);
  });
});
