import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { ShareSet } from '../../src/quorum/share-set.ts';
import { assertRejects } from '../der/refusal.ts';
import { CKR, FaultProxy } from '../softhsm/fault-proxy.ts';
import { keyOperation, OFFICERS, StagedGuard } from './staged-guard.ts';

/** Of the officers of the stage: every fourth card has RSA keys. */
const BY_RSA = 'crypto-officer-4';

describe('quorum cards as PIV has them', { concurrency: false }, () => {
  let staged: StagedGuard;
  let proxy: FaultProxy;
  let made: { sets: readonly ShareSet[]; envelopes: ReadonlyMap<string, Uint8Array>; serial: string };
  let seen = 0;

  before(async () => {
    staged = await StagedGuard.start(undefined, undefined, { cardsAs: 'piv' });
    proxy = FaultProxy.ofStage(staged.folder, 'cards');
    made = await staged.prepare();
  });
  after(() => staged.close());
  beforeEach(() => {
    seen = proxy.returned().length;
    staged.asked = staged.screen.length;
  });

  const calls = (name: RegExp) =>
    proxy
      .returned()
      .slice(seen)
      .filter((line) => name.test(line));
  const shown = () => staged.screen.slice(staged.asked);
  const propose = async (id: string) =>
    (await staged.propose(keyOperation(made.serial, id, null, `rehearsal-${id}`))).id;
  /** Of the user's set: the security officer's opens for nothing here. */
  const users = () => new Map([...made.envelopes].filter(([name]) => name.startsWith(`${userSet()}-`)));
  const userSet = () => made.sets.find(({ kind }) => kind === 'user')?.id;
  const ownOf = (seat: string) => new Map([...users()].filter(([name]) => name.includes(`-${seat}-v1`)));

  test('have no serial, keys that were there before, and open their shares by ECDH or raw RSA', () => {
    const tokens = staged.roster.members.flatMap((member) => member.tokens);
    assert.deepEqual([...new Set(tokens.map(({ serial, origin }) => `${serial}|${origin}`))], ['|adopted']);
    const all = proxy.returned();
    assert.ok(all.some((line) => line.startsWith('C_DeriveKey rv=0')));
    // A share of each of the two sets, of the one officer whose card has RSA keys.
    assert.equal(all.filter((line) => line.startsWith('C_Decrypt rv=0')).length, 2);
    assert.ok(!all.some((line) => line.startsWith('C_GenerateKeyPair')));
  });

  test('are sent the PIN once for each approval of a batch, as often as their holder reads', async () => {
    const ids = [await propose('0a0b0c01'), await propose('0a0b0c02'), await propose('0a0b0c03')];
    const { decisions, opened } = await staged.guard.approve(BY_RSA, ids, ownOf(BY_RSA));
    assert.ok(decisions.every((decision) => decision !== null && 'signature' in decision));
    assert.equal(opened.length, 1);
    assert.deepEqual(calls(/^C_Login /), [
      'C_Login user=1 pin=8 rv=0',
      ...Array.from({ length: 3 }, () => 'C_Login user=2 pin=8 rv=0'),
    ]);
    assert.match(shown(), /crypto-officer-4: the token without a serial asks for its PIN each time\./);
    assert.match(shown(), /The PIN that you typed is sent to it 3 times more, then it is forgotten\./);
    assert.equal(shown().match(/PIN of token/g)?.length, 1);
    for (const id of ids) await staged.guard.withdraw(id);
  });

  test('that refuse a PIN at a use are sent it no more, and nobody has approved by them', async () => {
    const ids = [await propose('0a0b0c04'), await propose('0a0b0c05')];
    // The login is the first; the second of the uses is refused.
    proxy.at('C_Login', 3, { return: CKR.pinIncorrect });
    await assertRejects(
      () => staged.guard.approve('crypto-officer-1', ids, ownOf('crypto-officer-1')),
      'PIN_INCORRECT',
      'the token without a serial of "crypto-officer-1" refuses at a use of its key the PIN that it took at the login',
    );
    assert.equal(calls(/^C_Login /).length, 3);
    proxy.heal();
    for (const id of ids) await staged.guard.withdraw(id);
  });

  test('carry a quorum: the operation that they approve is done', async () => {
    const id = await propose('0a0b0c06');
    const approvals = await staged.approvals(id, OFFICERS.slice(2), users());
    assert.equal(approvals.length, 3);
    const { facts } = await staged.guard.execute(id, approvals);
    assert.equal(typeof facts['spkiSha256'], 'string');
  });
});
