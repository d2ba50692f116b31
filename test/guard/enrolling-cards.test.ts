import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { readEnrolment } from '../../src/quorum/enrolment.ts';
import { readRoster } from '../../src/quorum/roster.ts';
import { assertRejects } from '../der/refusal.ts';
import { CKR, FaultProxy } from '../softhsm/fault-proxy.ts';
import { type FoundingGuard, FoundingStage, HOLDERS, rosterOf } from './founding-guard.ts';

describe('enrolling cards that have their keys, and no serial', { concurrency: false }, () => {
  let stage: FoundingStage;
  let guard: FoundingGuard;
  let proxy: FaultProxy;
  let seen = 0;

  before(async () => {
    stage = await FoundingStage.lay(undefined, 'piv');
    proxy = FaultProxy.ofStage(stage.folder, 'cards');
    guard = await stage.guard();
  });
  after(async () => {
    await guard.close();
    stage.remove();
  });
  beforeEach(() => {
    seen = proxy.returned().length;
  });
  const logins = () =>
    proxy
      .returned()
      .slice(seen)
      .filter((line) => line.startsWith('C_Login'));
  const keyOf = (seat: string) => stage.card(seat).adopts?.key ?? '';

  test('finds each by its key, and adopts what it has: it signs, it opens, and the roster says so', async () => {
    const { statement } = await guard.enrol('crypto-officer-1');
    const { token } = readEnrolment(statement);
    assert.deepEqual([token.serial, token.model, token.origin], ['', 'PKCS#15 emulated', 'adopted']);
    assert.equal(token.signingSpki, keyOf('crypto-officer-1'));
    // Two certificates and the enrolment, each with the PIN.
    assert.deepEqual(logins(), ['C_Login user=1 pin=8 rv=0', ...Array(3).fill('C_Login user=2 pin=8 rv=0')]);
    assert.match(guard.screen, /token {7}without a serial, model "PKCS#15 emulated"\n\s*signing key, SHA-256/);
    assert.match(guard.screen, /The PIN that you typed is sent to it 3 times more, then it is forgotten\./);
  });

  test('takes no card by another key than the one that the site names', async () => {
    const [one, other] = [keyOf('crypto-officer-2'), keyOf('crypto-officer-3')];
    await assertRejects(
      () => guard.enrol('crypto-officer-2', { key: 'ab'.repeat(32) }),
      'TOKEN_MISSING',
      'the token of "crypto-officer-2" (it has no serial) is not present',
    );
    await assertRejects(
      () => guard.enrol('crypto-officer-2', { key: null }),
      'TOKEN_UNEXPECTED',
      'the token of "crypto-officer-2" has no serial, and no key of it is named',
    );
    assert.deepEqual(logins(), []);
    await assertRejects(
      () => guard.enrol('crypto-officer-2', { sign: 'KEY MAN key', open: 'SIGN key' }),
      'TOKEN_UNEXPECTED',
      `the token without a serial of "crypto-officer-2" would sign with "KEY MAN key"; the site knows it by the key ${one}`,
    );
    assert.notEqual(one, other);
  });

  test('takes no card for two people', async () => {
    await assertRejects(
      () => guard.enrol('crypto-officer-2', { key: keyOf('crypto-officer-1') }),
      'TOKEN_UNEXPECTED',
      `the token ${keyOf('crypto-officer-1')} was enrolled for "crypto-officer-1"; it is not "crypto-officer-2"'s too`,
    );
    assert.deepEqual(logins(), []);
  });

  test('makes no keys on a card that has some', async () => {
    await assertRejects(
      () => guard.enrol('crypto-officer-2', { keys: 'generated' }),
      'TOKEN_UNEXPECTED',
      /holds 2 private keys already, the first is "KEY MAN key"; keys are made on a token without any$/,
    );
    assert.ok(!proxy.entered().includes('C_GenerateKeyPair'));
  });

  test('enrols nobody whose card refuses the PIN at a signature, and sends it no second time', async () => {
    proxy.at('C_Login', 2, { return: CKR.pinIncorrect });
    await assertRejects(
      () => guard.enrol('crypto-officer-2'),
      'PIN_INCORRECT',
      'the token without a serial of "crypto-officer-2" refuses at a use of its key the PIN that it took at the login',
    );
    proxy.heal();
    assert.equal(logins().length, 2);
  });

  test('makes a roster of them, which all sign', async () => {
    const enrolled = [];
    for (const seat of HOLDERS) enrolled.push(await guard.enrol(seat));
    const roster = rosterOf(enrolled);
    const { members } = readRoster(roster);
    assert.deepEqual(
      members.flatMap(({ tokens }) => tokens.map(({ serial, origin }) => [serial, origin])),
      HOLDERS.map(() => ['', 'adopted']),
    );
    await guard.client.enactRoster(roster, await guard.signAll(roster));
  });
});
