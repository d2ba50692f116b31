import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parseCrl } from '../../src/x509/crl.ts';
import { cRLNumber, deltaCRLIndicator } from '../../src/x509/crl-extensions.ts';
import { scopeOf } from '../../src/x509/crl-scope.ts';
import { parseOcspResponse } from '../../src/x509/ocsp-response.ts';
import { withHierarchy } from '../forge/hierarchy.ts';
import { hold } from './conducted.ts';
import { afterChange, holdUntil, type KillPoint, layTable, type Table } from './kill-points.ts';
import { assertNothingIncoming, assertNothingLost, assertVerifies, filesIn } from './went-on.ts';

const uri = (name: string) => `http://pki.example.com/${name}.crl`;
const dates = (plus: string) => `this-update: { at: proposal }, next-update: { from: this-update, plus: ${plus} }`;
const crl = (name: string) =>
  `      - { id: crl-${name}, step: issue-crl, with: { issuer: root, first: true, partition: { uri: "${uri(name)}" }, freshest: "${uri(`delta-${name}`)}", ${dates('P364D')} }, out: ${name}.crl, makes: { crl: root-${name} } }\n`;
const STEPS = `${crl('a')}${crl('b')}      - { id: delta-agreed, step: approve, by: administrator, check: auditor, with: { operations: [delta-a] } }
      - { id: delta-a, step: issue-crl, with: { issuer: root, delta-of: root-a, partition: { uri: "${uri('a')}" }, ${dates('P30D')} }, out: delta-a.crl, makes: { crl: delta-a } }
      - { id: answers-agreed, step: approve, by: administrator, check: auditor, with: { operations: [answers-b] } }
      - { id: answers-b, step: presign-ocsp, with: { issuer: root, certificates: [tls-ca-2], crl: root-b, ${dates('P7D')} }, out: b.ors }
`;

/** A root with two partitions, a CA in each; then a delta CRL of the one, and an answer by the other. */
const PARTITIONED = withHierarchy(readFileSync(new URL('../forge/script.yaml', import.meta.url), 'utf8'))
  .replace('{ of: 5, present: 5 }', '{ of: 3, present: 3 }')
  .replace('{ administer: 3, generate: 3, sign: 3 }', '{ administer: 2, inventory: 2, generate: 2, sign: 2 }')
  .replace('rules: [rfc5280]', 'rules: [rfc5280, private]')
  .replace('{ extends: root-ca }', '{ extends: root-ca, key-usage: [digitalSignature, keyCertSign, cRLSign] }')
  .replace(/^ {2}tls-ca:\n(?: {4}.*\n)+/m, (block) =>
    ['a', 'b']
      .map((name) => block.replace('tls-ca:', `tls-ca-${name}:`).replace(/crl: .*/, `crl: ${uri(name)}`))
      .join(''),
  )
  .replace('profile: tls-ca\n', 'profile: tls-ca-a\n')
  .replace('profile: tls-ca\n', 'profile: tls-ca-b\n')
  .replace('operations: 8 }', 'operations: 12 }')
  .replace('tls-ca-2, first-crl]', 'tls-ca-2, crl-a, crl-b]')
  .replace(/^ {6}- \{ id: first-crl,.*\n/m, STEPS);

describe('partitioned CRLs after an interruption', { concurrency: false }, () => {
  let table: Table;
  before(async () => {
    table = await layTable(() => PARTITIONED);
  });
  after(() => table?.remove());

  const made = (path: string) => {
    const { extensions } = parseCrl(readFileSync(join(table.set.out, 'crls', path)));
    return [cRLNumber(extensions), deltaCRLIndicator(extensions), scopeOf({ extensions })?.uri];
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
    assert.deepEqual(made('a.crl'), [1n, undefined, uri('a')]);
    assert.deepEqual(made('b.crl'), [1n, undefined, uri('b')]);
    assert.deepEqual(made('delta-a.crl'), [2n, 1n, uri('a')]);
    const { responses } = parseOcspResponse(readFileSync(join(table.set.out, 'ocsp', 'b.ors')));
    assert.deepEqual(
      responses.map(({ status }) => status.kind),
      ['good'],
    );
    return wentOn.screen;
  }

  test('the next one is signed beside the first by a guard that did not sign that, and a delta CRL starts from it', async () => {
    const screen = await goesOn(afterChange('link pack/publish/a.crl'));
    assert.match(screen, /known {7}1 CRL of this key from before the interruption/);
    assert.match(screen, /complete CRL 1 of the partition http:\/\/pki\.example\.com\/a\.crl, signed/);
    // Of the other partition it is the first one, and the screen names the one that there is.
    assert.match(screen, /others {6}1 other partition of this key has a CRL[\s\S]*http:\/\/pki\.example\.com\/a\.crl/);
  });

  test('what is answered goes by the CRL of its partition, whatever a delta CRL of the other says', async () => {
    const screen = await goesOn(afterChange('link pack/publish/delta-a.crl'));
    assert.match(screen, /STATUS +GOOD/);
    // By a delta CRL that nobody told this guard of it could be good that is not: those who approve see by which it goes.
    assert.match(screen, /known {7}3 CRL from before the interruption[\s\S]*delta CRL 2 since 1 of the partition/);
  });

  test('and of one that was approved, and perhaps signed, its partition is shown', async () => {
    // The inventory, three keys, three certificates and the first partition come before it, and the token was prepared.
    const screen = await goesOn(afterChange('write pack/chain.jsonl intent', 10));
    assert.match(
      screen,
      /complete CRL 1 of the partition http:\/\/pki\.example\.com\/b\.crl, \n {2}\| PERHAPS SIGNED: its record broke off/,
    );
  });
});
