import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { describeOperation, type Operation } from '../../src/quorum/operation.ts';
import { assertRejects } from '../der/refusal.ts';
import { hsm, inMinutes, keyOperation, OFFICERS, StagedGuard } from './staged-guard.ts';

type Decision = Extract<Operation, { op: 'set-key-state' }>;
const THREE = OFFICERS.slice(0, 3);

describe('the quorum decides about the state of a key', { concurrency: false }, () => {
  let staged: StagedGuard;
  let serial = '';
  let envelopes: ReadonlyMap<string, Uint8Array> = new Map();
  let key = '';
  let prepared: Awaited<ReturnType<StagedGuard['prepare']>>['past'];

  before(async () => {
    staged = await StagedGuard.start();
    const made = await staged.prepare();
    serial = made.serial;
    envelopes = new Map([...made.envelopes].filter(([name]) => name.startsWith(made.sets[0]?.id ?? '')));
    const { facts } = await carryOut(keyOperation(serial), THREE, envelopes);
    key = String(facts['spkiSha256']);
    prepared = { ...made.past, keys: [{ spki: String(facts['spki']), label: 'rehearsal-root' }] };
  });
  after(() => staged.close());

  async function carryOut(operation: Operation, seats = THREE, opened: ReadonlyMap<string, Uint8Array> = new Map()) {
    const expires = inMinutes(30);
    const { id } = await staged.propose(operation, null, expires);
    const approvals = await staged.approvals(id, seats, opened);
    const { facts } = await staged.guard.execute(id, approvals);
    return { facts, id, approvals, expires };
  }
  const pastOf = (operation: Decision, { id, approvals, expires }: Awaited<ReturnType<typeof carryOut>>) => ({
    ...{ descriptor: describeOperation(operation).bytes, proposal: id, expires, approvals, serial, keys: [] },
  });
  let activated: ReturnType<typeof pastOf>;
  const decide = (from: Decision['from'], to: Decision['to'], change: Partial<Decision> = {}): Decision => ({
    ...{ op: 'set-key-state', hsm: hsm(serial), step: 'decide', index: 0, hold: null, key, from, to },
    ...{ reason: 'an alarm of the vault', ...change },
  });
  /** Of what is no CRL at all: whether the key may sign is asked first. */
  const signature = (): Operation => ({
    ...{ op: 'sign', hsm: hsm(serial), step: 'sign', index: 0, hold: null, key, mechanism: 'ecdsa-sha384' },
    ...{ kind: 'crl', payload: { sha256: sha256('tbs'), size: 3 }, out: 'root.crl' },
  });
  const refused = (state: string) =>
    assertRejects(
      () => staged.propose(signature(), Buffer.from('tbs')),
      'DESCRIPTOR_INVALID',
      new RegExp(`is ${state}: nothing is signed`),
    );

  test('a key that was made and not certified signs nothing but its own certificate, and a request for itself', async () => {
    await assertRejects(
      () => staged.propose(signature(), Buffer.from('tbs')),
      'DESCRIPTOR_INVALID',
      /is in pre-activation: it signs a request for itself, or its own certificate, and nothing else/,
    );
    await assertRejects(
      () => staged.propose(decide('pre-activation', 'suspended'), null),
      'DESCRIPTOR_INVALID',
      /is pre-activation does not become suspended, but active, compromised, destroyed$/,
    );
    await assertRejects(
      () => staged.propose(decide('active', 'suspended')),
      'DESCRIPTOR_INVALID',
      /is pre-activation, and the descriptor says that it is active$/,
    );
    const { facts, ...rest } = await carryOut(decide('pre-activation', 'active'));
    activated = pastOf(decide('pre-activation', 'active'), { facts, ...rest });
    await assertRejects(() => staged.propose(signature(), Buffer.from('tbs')), 'DER_INVALID', /./);
  });

  test('by as many as administer, without a share of theirs, and without a login', async () => {
    await assertRejects(() => carryOut(decide('active', 'suspended'), THREE.slice(0, 2)), 'QUORUM_NOT_MET', /2 of 3/);
    staged.screen = '';
    const { facts } = await carryOut(decide('active', 'suspended'));
    assert.match(staged.screen, /OPERATION {3}DECIDE THE STATE OF A KEY/);
    assert.match(staged.screen, /to +SUSPENDED\nwhy +an alarm of the vault\nthen +nothing is signed with it any more/);
    assert.deepEqual([facts['key'], facts['from'], facts['to']], [key, 'active', 'suspended']);
  });

  test('then it signs nothing, shows that it is there, and signs again once that is decided', async () => {
    await refused('suspended');
    const proof = {
      op: 'prove-key',
      hsm: hsm(serial),
      step: 'prove',
      index: 0,
      hold: null,
      key,
      mechanism: 'ecdsa-sha384',
    };
    await carryOut(proof as Operation, THREE, envelopes);
    await carryOut(decide('suspended', 'active'));
    await assertRejects(() => staged.propose(signature(), Buffer.from('tbs')), 'DER_INVALID', /./);
  });

  test('in no state that it is not in, and about no key that is not known there', async () => {
    await assertRejects(
      () => staged.propose(decide('suspended', 'compromised')),
      'DESCRIPTOR_INVALID',
      /is active, and the descriptor says that it is suspended$/,
    );
    await assertRejects(
      () => staged.propose(decide('active', 'suspended', { key: 'ab'.repeat(32) })),
      'HSM_OBJECT_MISSING',
      /no key with SPKI/,
    );
  });

  test('what is compromised stays so, also for a guard that comes later, and whatever it is told in which order', async () => {
    const [away, back, lost] = [
      decide('active', 'suspended'),
      decide('suspended', 'active'),
      decide('active', 'compromised'),
    ];
    const first = pastOf(away, await carryOut(away));
    const second = pastOf(back, await carryOut(back));
    const last = pastOf(lost, await carryOut(lost));
    await refused('compromised');
    await assertRejects(
      () => staged.guard.recall(second),
      'DESCRIPTOR_INVALID',
      /was not started to resume a ceremony/,
    );
    await refused('compromised');
    staged = await staged.resumed();
    await staged.guard.recall(prepared);
    await assertRejects(
      () => staged.guard.recall(first),
      'DESCRIPTOR_INVALID',
      /is pre-activation, and the descriptor says that it is active$/,
    );
    await staged.guard.recall(activated);
    await staged.guard.recall(first);
    await assertRejects(() => staged.guard.recall(last), 'DESCRIPTOR_INVALID', /is suspended, and the descriptor says/);
    await staged.guard.recall(second);
    await staged.guard.recall(last);
    await assertRejects(() => staged.guard.recall(second), 'DESCRIPTOR_INVALID', /was told to this guard before/);
    staged.screen = '';
    await staged.goOn();
    // Who approves that it goes on sees what this guard was told, and so what it was not.
    const told = 'told of     set-key-state of step "decide" on "root-hsm": done';
    const state = (was: string, is: string) => `  key ${key.slice(0, 16)}..., ${was} to ${is}`;
    for (const line of [
      `HSM         "root-hsm", serial ${serial}`,
      `  holds key "rehearsal-root"\n    ${key}`,
      'told of     prepare-token of step "activation" on "root-hsm": done',
      state('pre-activation', 'ACTIVE'),
      state('active', 'SUSPENDED'),
      state('suspended', 'ACTIVE'),
      state('active', 'COMPROMISED'),
    ])
      assert.equal(staged.screen.split(line).length, 4, `three people read: ${line}`);
    assert.equal(staged.screen.split(told).length, 13, 'three people read of four decisions');
    await refused('compromised');
    await assertRejects(
      () => staged.propose(decide('compromised', 'active')),
      'DESCRIPTOR_INVALID',
      /is compromised does not become active, but destroyed$/,
    );
  });
});
