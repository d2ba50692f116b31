import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { namedSet } from '../../src/quorum/named-set.ts';
import { describeOperation, type Operation } from '../../src/quorum/operation.ts';
import type { ShareSet } from '../../src/quorum/share-set.ts';
import { assertRejects } from '../der/refusal.ts';
import type { FaultProxy } from '../softhsm/fault-proxy.ts';
import { interpose } from '../softhsm/interposed-stage.ts';
import { manifestPage } from './manifest-page.ts';
import { hsm, inMinutes, keyOperation, OFFICERS, rotateOperation, StagedGuard } from './staged-guard.ts';

type Zeroization = Extract<Operation, { op: 'zeroize-token' }>;
const THREE = OFFICERS.slice(0, 3);

describe('a token is erased', { concurrency: false }, () => {
  let staged: StagedGuard;
  let proxy: FaultProxy;
  let serial = '';
  let user: ShareSet;
  let so: ShareSet;
  let sealed: ReadonlyMap<string, Uint8Array> = new Map();
  let key = '';
  let prepared: Awaited<ReturnType<StagedGuard['prepare']>>['past'];

  before(async () => {
    staged = await StagedGuard.start(undefined, undefined, {
      reset: async (stage, folder) => {
        const interposed = await interpose(stage, join(folder, 'faults'));
        proxy = interposed.hsm('root-hsm');
        return interposed.stage;
      },
    });
    const made = await staged.prepare();
    serial = made.serial;
    [user, so] = made.sets as [ShareSet, ShareSet];
    sealed = made.envelopes;
    const { facts } = await carryOut(keyOperation(serial), of(user));
    key = String(facts['spkiSha256']);
    prepared = { ...made.past, keys: [{ spki: String(facts['spki']), label: 'rehearsal-root' }] };
  });
  after(() => staged.close());
  afterEach(() => proxy.heal());

  const of = (...sets: readonly ShareSet[]) =>
    new Map([...sealed].filter(([name]) => sets.some(({ id }) => name.startsWith(id))));

  async function carryOut(operation: Operation, envelopes: ReadonlyMap<string, Uint8Array>, seats = THREE) {
    const expires = inMinutes(30);
    const { id } = await staged.propose(operation, null, expires);
    const approvals = await staged.approvals(id, seats, envelopes);
    const { facts } = await staged.guard.execute(id, approvals);
    return { facts, id, approvals, expires };
  }
  const erase = (change: Partial<Zeroization> = {}): Zeroization => ({
    ...{ op: 'zeroize-token', hsm: hsm(serial), step: 'erase', index: 0, hold: null },
    ...{ label: 'rehearsal-root-hsm', set: namedSet(so), destroys: [{ key, last: true }], reason: 'Its time is over.' },
    ...change,
  });
  const proof = (): Operation => ({
    ...{ op: 'prove-key', hsm: hsm(serial), step: 'prove', index: 0, hold: null, key, mechanism: 'ecdsa-sha384' },
  });

  test('not under other words than what is known of it', async () => {
    const bad: [Partial<Zeroization>, 'DESCRIPTOR_INVALID' | 'SHARE_FOREIGN_SET' | 'AUTHORIZATION_TOKEN', RegExp][] = [
      [
        { destroys: [] },
        'DESCRIPTOR_INVALID',
        /names 0 keys that go with "root-hsm"; known to be on it are 1: [0-9a-f]{64}$/,
      ],
      [{ destroys: [{ key: sha256('x'), last: true }] }, 'DESCRIPTOR_INVALID', /known to be on it are 1/],
      [{ destroys: [{ key, last: false }] }, 'DESCRIPTOR_INVALID', /no other HSM is known to hold the key/],
      [{ set: namedSet(user) }, 'SHARE_FOREIGN_SET', /that of the security officer of "root-hsm" is [0-9a-f]{32}$/],
      [{ hsm: hsm('1234') }, 'AUTHORIZATION_TOKEN', /serial 1234/],
    ];
    for (const [change, code, message] of bad) await assertRejects(() => staged.propose(erase(change)), code, message);
    const { id } = await staged.propose(erase());
    await assertRejects(
      () => staged.approvals(id, THREE.slice(0, 2), of(so)).then((approvals) => staged.guard.execute(id, approvals)),
      'QUORUM_NOT_MET',
      /2 of 3/,
    );
    const other = await staged.propose(proof());
    await assertRejects(
      () => staged.approvals(other.id, THREE, of(so)),
      'SHARE_CLASS',
      /opens for class "administer" alone/,
    );
    await carryOut(proof(), of(user));
  });

  test('not while its security officer’s PIN may be one of two', async () => {
    const { set, envelopes } = await staged.guard.makeNextShareSet({
      ...{ hsm: 'root-hsm', kind: 'so', holders: OFFICERS, threshold: 3 },
    });
    sealed = new Map([...sealed, ...envelopes]);
    const rotation = rotateOperation(serial, so, set);
    const { id } = await staged.propose(rotation);
    const approvals = await staged.approvals(id, OFFICERS.slice(0, 4), of(so, set));
    await staged.guard.proveShareSets('root-hsm');
    proxy.at('C_SetPIN', 1, 'abort', 'after');
    await assert.rejects(staged.guard.execute(id, approvals), CeremonyError);
    proxy.heal();
    await assertRejects(
      () => staged.propose(erase()),
      'DESCRIPTOR_INVALID',
      /a rotation .* was begun: which PIN it has is not known/,
    );
    const finish = { ...rotation, adopts: describeOperation(rotation).digest };
    const again = await staged.propose(finish);
    const approved = await staged.approvals(again.id, OFFICERS.slice(0, 4), of(so, set));
    await staged.guard.proveShareSets('root-hsm');
    await staged.guard.execute(again.id, approved);
    so = set;
  });

  test('one that was approved and not done is not taken for done by a guard that comes later', async () => {
    const expires = inMinutes(30);
    const rotated = { ...erase(), set: namedSet(so) };
    const { id } = await staged.propose(rotated, null, expires);
    const approvals = await staged.approvals(id, THREE, of(so));
    await staged.guard.withdraw(id);
    const past = { descriptor: describeOperation(rotated).bytes, proposal: id, expires, approvals, serial, keys: [] };
    await assertRejects(() => staged.guard.recall(past), 'DESCRIPTOR_INVALID', /was not started to resume a ceremony/);
    await carryOut(proof(), of(user));
  });

  test('one that broke off is done again, and until then nothing is signed there', async () => {
    proxy.at('C_InitToken', 1, 'abort', 'before');
    await assert.rejects(carryOut(erase(), of(so)), (error: unknown) => {
      assert.ok(error instanceof CeremonyError);
      assert.equal(error.details?.['reached'], 'maybe');
      return true;
    });
    proxy.heal();
    await assertRejects(() => staged.propose(proof()), 'HSM_OBJECT_MISSING', /was begun: nothing is signed/);
  });

  test('by the shares of its security officer: everything goes, and nothing is listed afterwards', async () => {
    staged.screen = '';
    const { facts, id, approvals, expires } = await carryOut(erase(), of(so));
    assert.match(staged.screen, /OPERATION {3}ERASE AN HSM TOKEN/);
    assert.match(staged.screen, /ERASES +EVERYTHING on this token/);
    const stated = { serial, label: 'rehearsal-root-hsm', set: so.id };
    for (const [member, value] of Object.entries(stated)) assert.equal(facts[member], value, member);
    assert.deepEqual([facts['objects'], facts['destroyed']], [[], [key]]);
    assert.ok(Number(facts['seen']) >= 1, 'something was there before');
    const seen = (await staged.guard.inspect('root-hsm'))['token'] as {
      readonly serial: string;
      readonly label: string;
    };
    assert.deepEqual([seen.serial, seen.label], [serial, 'rehearsal-root-hsm']);
    await assertRejects(() => staged.propose(proof()), 'HSM_OBJECT_MISSING', /no key with SPKI|was done/);
    await assertRejects(() => staged.propose(erase({ destroys: [] })), 'SHARE_FOREIGN_SET', /is not known$/);
    // The old user PIN is gone with everything else.
    const more = await staged.propose(keyOperation(serial, '0a0b0f01', null, 'rehearsal-more'));
    await assertRejects(() => staged.approvals(more.id, THREE, of(user)), 'SHARE_FOREIGN_SET', /belongs to no share/);
    await staged.guard.withdraw(more.id);
    const book = await manifestPage(staged);
    const tried = 'ERASE AN HSM TOKEN: FAILED, AND MAY HAVE BEEN DONE, or half done';
    assert.match(book, /^ +2 {2}generate a CA key pair: done\n/m);
    assert.match(book, new RegExp(`${tried}\n +step "erase", HSM "root-hsm"\n`));
    assert.match(book, /ERASE AN HSM TOKEN: done\n +step "erase", HSM "root-hsm"\nCompare it/);
    assert.ok(book.indexOf(tried) < book.indexOf('ERASE AN HSM TOKEN: done'), 'in the order in which it was done');
    const past = { descriptor: describeOperation(erase()).bytes, proposal: id, expires, approvals, serial, keys: [] };
    staged = await staged.resumed();
    await staged.guard.recall(prepared);
    await staged.guard.recall(past);
    await staged.goOn();
    await assertRejects(() => staged.propose(proof()), 'HSM_OBJECT_MISSING', /no key with SPKI|was done/);
    const after = await manifestPage(staged);
    assert.match(after, /by its own book:\n +nothing\nIt was started anew after an interruption, and was told of 2/);
  });
});
