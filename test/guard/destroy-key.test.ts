import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { destructionStatement } from '../../src/quorum/key-destruction.ts';
import { algorithmIdentifier } from '../../src/quorum/mechanism.ts';
import { describeOperation, type Operation } from '../../src/quorum/operation.ts';
import { parseSpki } from '../../src/x509/public-key.ts';
import { verifySignature } from '../../src/x509/signature.ts';
import { assertRejects } from '../der/refusal.ts';
import { CKR, type FaultProxy } from '../softhsm/fault-proxy.ts';
import { interpose } from '../softhsm/interposed-stage.ts';
import { hsm, inMinutes, keyOperation, OFFICERS, StagedGuard } from './staged-guard.ts';

type Destruction = Extract<Operation, { op: 'destroy-key' }>;
const THREE = OFFICERS.slice(0, 3);

describe('a key is destroyed on an HSM', { concurrency: false }, () => {
  let staged: StagedGuard;
  let proxy: FaultProxy;
  let serial = '';
  let envelopes: ReadonlyMap<string, Uint8Array> = new Map();
  let number = 0;
  let prepared: Awaited<ReturnType<StagedGuard['prepare']>>['past'];
  /** Public keys that were made, as the record has them. */
  const keys: { spki: string; label: string }[] = [];

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
    prepared = made.past;
    envelopes = new Map([...made.envelopes].filter(([name]) => name.startsWith(made.sets[0]?.id ?? '')));
  });
  after(() => staged.close());
  afterEach(() => proxy.heal());

  async function carryOut(operation: Operation, seats = THREE) {
    const expires = inMinutes(30);
    const { id } = await staged.propose(operation, null, expires);
    const approvals = await staged.approvals(id, seats, envelopes);
    const { facts } = await staged.guard.execute(id, approvals);
    return { facts, id, approvals, expires };
  }

  /** A new key, and its destruction as it would be described. */
  async function newKey(): Promise<{ readonly spki: Buffer; readonly gone: Destruction }> {
    number += 1;
    const [id, label] = [`0a0b0e${String(number).padStart(2, '0')}`, `rehearsal-key-${number}`];
    const { facts } = await carryOut(keyOperation(serial, id, null, label));
    const spki = Buffer.from(String(facts['spki']), 'base64');
    keys.push({ spki: String(facts['spki']), label });
    return {
      spki,
      gone: {
        ...{ op: 'destroy-key', hsm: hsm(serial), step: 'destroy', index: 0, hold: null },
        ...{
          key: sha256(spki),
          mechanism: 'ecdsa-sha384',
          label,
          id,
          last: true,
          reason: 'Its time is over.',
          adopts: null,
        },
      },
    };
  }
  const proofOf = (key: string): Operation => ({
    ...{ op: 'prove-key', hsm: hsm(serial), step: 'prove', index: 0, hold: null, key, mechanism: 'ecdsa-sha384' },
  });
  const objectsIn = (facts: JsonObject, when: 'before' | 'after') =>
    (facts[when] as JsonObject)['objects'] as readonly JsonObject[];
  const withId = (objects: readonly JsonObject[], id: string) =>
    objects.filter((object) => object['id'] === id).map((object) => object['class']);

  test('both objects, and nothing else; it signs once before, and is refused afterwards', async () => {
    const other = await newKey();
    const { spki, gone } = await newKey();
    staged.screen = '';
    const then = proxy.count('C_Login');
    const { facts } = await carryOut(gone);
    assert.equal(proxy.count('C_Login') - then, 1, 'one login');
    assert.match(staged.screen, /OPERATION {3}DESTROY A KEY/);
    assert.match(staged.screen, /IT IS THE LAST HSM THAT IS KNOWN TO HOLD IT/);
    const stated = { key: gone.key, label: gone.label, id: gone.id, serial, last: true, refused: 'HSM_OBJECT_MISSING' };
    for (const [member, value] of Object.entries(stated)) assert.equal(facts[member], value, member);
    assert.deepEqual(facts['destroyed'], ['private-key', 'public-key']);
    const [was, is] = [objectsIn(facts, 'before'), objectsIn(facts, 'after')];
    assert.deepEqual(withId(was, gone.id).toSorted(), ['private-key', 'public-key']);
    assert.deepEqual(withId(is, gone.id), []);
    assert.deepEqual(
      is,
      was.filter((object) => object['id'] !== gone.id),
    );
    assert.deepEqual(withId(is, other.gone.id).toSorted(), ['private-key', 'public-key']);
    const statement = destructionStatement(staged.ceremony, gone.key, serial);
    const signature = Buffer.from(String(facts['signature']), 'base64');
    assert.ok(verifySignature(parseSpki(spki), algorithmIdentifier('ecdsa-sha384'), statement, signature));
    await assertRejects(() => staged.propose(gone), 'HSM_OBJECT_MISSING', /was destroyed on "root-hsm" before$/);
    await assertRejects(() => staged.propose(proofOf(gone.key)), 'HSM_OBJECT_MISSING', /no key with SPKI|was done/);
    await carryOut(proofOf(other.gone.key));
  });

  test('is nothing that the guard would do for a key it does not know, or under other words', async () => {
    const { gone } = await newKey();
    const bad: [Partial<Destruction>, 'HSM_OBJECT_MISSING' | 'DESCRIPTOR_INVALID' | 'AUTHORIZATION_TOKEN', RegExp][] = [
      [{ key: 'ab'.repeat(32) }, 'HSM_OBJECT_MISSING', /nothing is destroyed that the record does not know$/],
      [{ label: 'another' }, 'DESCRIPTOR_INVALID', /is labelled "rehearsal-key-[0-9]+", not "another"$/],
      [{ last: false }, 'DESCRIPTOR_INVALID', /no other HSM is known to hold the key .* does not say so$/],
      [{ adopts: 'cd'.repeat(32) }, 'DESCRIPTOR_INVALID', /finishes (cd)+; begun on "root-hsm" was none$/],
      [{ hold: { operations: 2, seconds: 60 } }, 'DESCRIPTOR_INVALID', /is not held open/],
      [{ hsm: hsm('1234') }, 'AUTHORIZATION_TOKEN', /serial 1234/],
    ];
    for (const [change, code, message] of bad)
      await assertRejects(() => staged.propose({ ...gone, ...change }), code, message);
    // Under another id there is nothing: it is seen in the inventory, before anything is destroyed.
    const then = proxy.count('C_DestroyObject');
    await assert.rejects(carryOut({ ...gone, id: '0a0b0f00' }), (error: unknown) => {
      assert.ok(error instanceof CeremonyError && error.code === 'HSM_OBJECT_MISSING', String(error));
      assert.match(
        error.message,
        /no private key labelled .* with id 0a0b0f00 is on "root-hsm"; nothing was destroyed$/,
      );
      assert.equal(error.details?.['reached'], 'no');
      return true;
    });
    assert.equal(proxy.count('C_DestroyObject'), then);
    await assertRejects(() => carryOut(gone, THREE.slice(0, 2)), 'QUORUM_NOT_MET', /2 of 3 needed people/);
    await carryOut(gone);
  });

  for (const [when, phase, found] of [
    ['before the private object', { nth: 1, at: 'before' }, ['private-key', 'public-key']],
    ['after the private object', { nth: 1, at: 'after' }, ['public-key']],
    ['before the public object', { nth: 2, at: 'before' }, ['public-key']],
    ['after the public object', { nth: 2, at: 'after' }, []],
  ] as const) {
    test(`one that broke off ${when} is finished, never done twice and never lost`, async () => {
      const { gone } = await newKey();
      proxy.at('C_DestroyObject', phase.nth, 'abort', phase.at);
      await assert.rejects(carryOut(gone), (error: unknown) => {
        assert.ok(error instanceof CeremonyError && error.code === 'TOKEN_PROCESS_DIED', String(error));
        assert.equal(error.details?.['reached'], 'maybe');
        return true;
      });
      proxy.heal();
      await assertRejects(
        () => staged.propose(proofOf(gone.key)),
        'HSM_OBJECT_MISSING',
        /was begun: nothing is signed/,
      );
      await assertRejects(
        () => staged.propose(gone),
        'DESCRIPTOR_INVALID',
        /finishes no destruction; begun on .* was [0-9a-f]{64}$/,
      );
      staged.screen = '';
      const { facts } = await carryOut({ ...gone, adopts: describeOperation(gone).digest });
      assert.match(staged.screen, /NOBODY KNOWS WHICH OBJECTS ARE LEFT/);
      assert.deepEqual(facts['destroyed'], found);
      assert.equal(facts['signature'] !== null, found.includes('private-key' as never));
      assert.deepEqual(withId(objectsIn(facts, 'after'), gone.id), []);
      assert.equal(facts['refused'], 'HSM_OBJECT_MISSING');
      await assertRejects(() => staged.propose({ ...gone, adopts: null }), 'HSM_OBJECT_MISSING', /was destroyed/);
    });
  }

  test('an HSM that says it has destroyed the object, and has not, is found out', async () => {
    const { gone } = await newKey();
    proxy.at('C_DestroyObject', 1, { return: 0 });
    await assertRejects(() => carryOut(gone), 'TOKEN_UNEXPECTED', /and not exactly the [0-9]+ others/);
    proxy.heal();
    const { facts } = await carryOut({ ...gone, adopts: describeOperation(gone).digest });
    assert.deepEqual(facts['destroyed'], ['private-key', 'public-key']);
  });

  test('a refusal of the HSM before anything was destroyed leaves the key what it was', async () => {
    const { gone } = await newKey();
    proxy.at('C_Login', 1, { return: CKR.generalError });
    await assert.rejects(carryOut(gone), CeremonyError);
    proxy.heal();
    await carryOut(proofOf(gone.key));
    await carryOut(gone);
  });

  test('a guard that comes later is told of it by what the quorum signed, once, and holds it to the HSM', async () => {
    const { gone } = await newKey();
    const { id, approvals, expires } = await carryOut({ ...gone });
    const past = { descriptor: describeOperation(gone).bytes, proposal: id, expires, approvals, serial, keys: [] };
    // As where nobody knows whether it was done; and one that was approved, and never done.
    const [another, kept] = [await newKey(), await newKey()];
    const approved = async (operation: Operation) => {
      const { id: proposal } = await staged.propose(operation, null, expires);
      const signed = await staged.approvals(proposal, THREE, envelopes);
      await staged.guard.withdraw(proposal);
      return { ...past, descriptor: describeOperation(operation).bytes, proposal, approvals: signed };
    };
    const [begun, undone] = [await approved(another.gone), await approved(kept.gone)];
    await assertRejects(
      () => staged.guard.recall(undone),
      'DESCRIPTOR_INVALID',
      /was not started to resume a ceremony/,
    );
    await carryOut(proofOf(kept.gone.key));
    staged = await staged.resumed();
    const few = { ...past, approvals: approvals.slice(0, 2) };
    // Of those that were destroyed before, it is not told that they are there.
    await staged.guard.recall({ ...prepared, keys: keys.slice(-3) });
    await assertRejects(
      () => staged.guard.recall(few),
      'QUORUM_NOT_MET',
      /2 of 3 needed people approved this "destroy-key"/,
    );
    await staged.guard.recall(past);
    await assertRejects(() => staged.guard.recall(past), 'DESCRIPTOR_INVALID', /was told to this guard before/);
    await assertRejects(
      () => staged.guard.recall(undone),
      'TOKEN_UNEXPECTED',
      /says that the key [0-9a-f]{64} was destroyed on "root-hsm", which still shows 1 such objects without a login$/,
    );
    await staged.guard.recall({ ...begun, serial: null });
    await staged.goOn();
    await assertRejects(
      () => staged.guard.recall(undone),
      'DESCRIPTOR_INVALID',
      /has approved that the ceremony goes on/,
    );
    await assertRejects(() => staged.propose(proofOf(gone.key)), 'HSM_OBJECT_MISSING', /was done|no key/);
    // It is finished, and nothing else.
    await assertRejects(() => staged.propose(proofOf(another.gone.key)), 'HSM_OBJECT_MISSING', /was begun/);
    const { facts } = await carryOut({ ...another.gone, adopts: describeOperation(another.gone).digest });
    assert.deepEqual(facts['destroyed'], ['private-key', 'public-key']);
    await carryOut(proofOf(kept.gone.key));
  });
});
