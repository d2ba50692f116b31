import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { namedSet } from '../../src/quorum/named-set.ts';
import { describeOperation, type Operation } from '../../src/quorum/operation.ts';
import { assertRejects } from '../der/refusal.ts';
import { hsm, inMinutes, keyOperation, OFFICERS, StagedGuard } from './staged-guard.ts';

const THREE = OFFICERS.slice(0, 3);
const LABEL = 'rehearsal-root';

/** A core that wants the quorum to destroy the last copy of a key, and calls it one of two. */
describe('a guard that was started anew and is told of keys', { concurrency: false }, () => {
  let staged: StagedGuard;
  let root: Awaited<ReturnType<StagedGuard['prepare']>>;
  let spare: typeof root;
  let key = '';
  let spki = '';

  before(async () => {
    staged = await StagedGuard.start(undefined, undefined, { tokens: ['root-hsm', 'spare-hsm'] });
    root = await staged.prepare('root-hsm');
    spare = await staged.prepare('spare-hsm');
    const { facts } = await carryOut(keyOperation(root.serial), of(root, 'user'));
    spki = String(facts['spki']);
    key = sha256(Buffer.from(spki, 'base64'));
  });
  after(() => staged.close());

  const told = () => [{ spki, label: LABEL }];
  const of = ({ sets, envelopes }: typeof root, kind: 'user' | 'so') =>
    new Map([...envelopes].filter(([name]) => sets.some((set) => set.kind === kind && name.startsWith(set.id))));
  const common = (name: string, step: string) => ({
    hsm: hsm(name === 'root-hsm' ? root.serial : spare.serial, name),
    ...{ step, index: 0, hold: null },
  });
  const destroy = (name: string, last: boolean, adopts: string | null = null): Operation => ({
    ...{ op: 'destroy-key', ...common(name, 'destroy'), key, mechanism: 'ecdsa-sha384' },
    ...{ label: LABEL, id: '0a0b0c0d', last, reason: 'Its time is over.', adopts },
  });
  const erase = (name: string, last: boolean): Operation => {
    const { sets } = name === 'root-hsm' ? root : spare;
    const so = sets.find(({ kind }) => kind === 'so');
    assert.ok(so);
    return {
      ...{ op: 'zeroize-token', ...common(name, 'erase'), label: 'rehearsal-root-hsm' },
      ...{ set: namedSet(so), destroys: [{ key, last }], reason: 'Its time is over.' },
    };
  };
  const prove = (name: string): Operation => ({
    ...{ op: 'prove-key', ...common(name, 'prove'), key, mechanism: 'ecdsa-sha384' },
  });
  async function carryOut(operation: Operation, envelopes: ReadonlyMap<string, Uint8Array>) {
    const { id } = await staged.propose(operation);
    return await staged.guard.execute(id, await staged.approvals(id, THREE, envelopes));
  }
  /** What the quorum approved and nobody carried out, as the core tells of it: done with a serial, begun without. */
  async function approvedAlone(operation: Operation, serial: string | null) {
    const expires = inMinutes(30);
    const { id } = await staged.propose(operation, null, expires);
    const approvals = await staged.approvals(id, THREE);
    await staged.guard.withdraw(id);
    return { descriptor: describeOperation(operation).bytes, proposal: id, expires, approvals, serial, keys: [] };
  }
  /** A guard that is told that both have the key: one of them does. */
  async function resumedWithBoth() {
    staged = await staged.resumed();
    for (const { past } of [root, spare]) await staged.guard.recall({ ...past, keys: told() });
  }
  const ofNone = /no other HSM is known to hold the key/;

  test('takes none that its HSM does not show for a copy of it, and says so to whoever approves that it goes on', async () => {
    await resumedWithBoth();
    staged.screen = '';
    await staged.goOn();
    const lines = staged.screen.split('\n');
    const held = lines.flatMap((line, at) => (line === `  holds key "${LABEL}"` ? [lines.slice(at + 1, at + 3)] : []));
    assert.equal(held.length, 6, 'three people read of both');
    assert.deepEqual([...new Set(held.map(([digest]) => digest?.trim()))], [key]);
    const isUnseen = held.map(([, next]) => next?.trim().startsWith('NOT SEEN THERE without a login'));
    assert.deepEqual(isUnseen, [false, true, false, true, false, true], 'on the spare, and on that alone');
    await assertRejects(() => staged.propose(destroy('root-hsm', false)), 'DESCRIPTOR_INVALID', ofNone);
    await assertRejects(() => staged.propose(erase('root-hsm', false)), 'DESCRIPTOR_INVALID', ofNone);
    // That it is the last is what people read, then.
    await staged.propose(destroy('root-hsm', true));
    // Nor has it become one by being asked, or by a look at all that is there.
    const asked = carryOut(prove('spare-hsm'), of(spare, 'user'));
    await assertRejects(() => asked, 'HSM_OBJECT_MISSING', /./);
    await carryOut({ op: 'inventory', ...common('spare-hsm', 'look') }, of(spare, 'user'));
    await assertRejects(() => staged.propose(destroy('root-hsm', false)), 'DESCRIPTOR_INVALID', ofNone);
    // One that is seen is one.
    await assertRejects(
      () => staged.propose(destroy('spare-hsm', true)),
      'DESCRIPTOR_INVALID',
      /is not the last that is known: it is on "root-hsm" too$/,
    );
  });

  test('destroys nothing of a key while its destruction on another HSM was begun', async () => {
    await resumedWithBoth();
    await staged.goOn();
    const begun = destroy('spare-hsm', false);
    const past = await approvedAlone(begun, null);
    await resumedWithBoth();
    await staged.guard.recall(past);
    await staged.goOn();
    const unknown =
      /^the destruction of the key [0-9a-f]{64} on "spare-hsm" was begun, .*: nothing of it is destroyed on "root-hsm"$/;
    for (const last of [false, true]) {
      await assertRejects(() => staged.propose(destroy('root-hsm', last)), 'DESCRIPTOR_INVALID', unknown);
      await assertRejects(() => staged.propose(erase('root-hsm', last)), 'DESCRIPTOR_INVALID', unknown);
    }
    const finish = destroy('spare-hsm', false, describeOperation(begun).digest);
    const { facts } = await carryOut(finish, of(spare, 'user'));
    assert.deepEqual(facts['destroyed'], []);
    await assertRejects(() => staged.propose(destroy('root-hsm', false)), 'DESCRIPTOR_INVALID', ofNone);
    await staged.propose(destroy('root-hsm', true));
  });

  test('nor while all that is on another one was being erased', async () => {
    await resumedWithBoth();
    await staged.goOn();
    const past = await approvedAlone(erase('spare-hsm', false), null);
    await resumedWithBoth();
    await staged.guard.recall(past);
    await staged.goOn();
    for (const last of [false, true])
      await assertRejects(
        () => staged.propose(destroy('root-hsm', last)),
        'DESCRIPTOR_INVALID',
        /on "spare-hsm" was begun/,
      );
  });

  test('goes on with none that an HSM which shows others does not show', async () => {
    const other = keyOperation(spare.serial, '0a0b0c0e', null, 'other');
    await carryOut({ ...other, hsm: hsm(spare.serial, 'spare-hsm') }, of(spare, 'user'));
    await resumedWithBoth();
    await assertRejects(
      () => staged.goOn(),
      'HSM_OBJECT_MISSING',
      /^the record says that the key "rehearsal-root" is on "spare-hsm", which shows no public key [0-9a-f]{64}$/,
    );
  });

  test('is told nothing more once the first was asked whether it goes on', async () => {
    staged = await staged.resumed();
    await staged.guard.recall({ ...root.past, keys: told() });
    const refused = () =>
      assertRejects(
        () => staged.guard.recall({ ...spare.past, keys: told() }),
        'DESCRIPTOR_INVALID',
        /^people are being asked whether the ceremony goes on: all of them read the same/,
      );
    await staged.goOn(THREE.slice(0, 1));
    await refused();
    // The same where the first one declined, after reading it.
    staged = await staged.resumed();
    staged.behaviour.set(THREE[0] ?? '', { answer: 'decline' });
    await staged.goOn(THREE.slice(0, 1));
    await refused();
  });
});
