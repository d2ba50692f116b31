import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CeremonyError } from '../../src/base/errors.ts';
import { wholeOf } from '../../src/base/octets.ts';
import type { PlannedStep } from '../../src/plan/plan.ts';
import { reconcile } from '../../src/run/reconciliation.ts';
import type { Event } from '../../src/transcript/event.ts';
import { listedTbs, listOf } from '../quorum/listed.ts';
import { common, deskOf, SIGN } from './desk.ts';

const LIST: PlannedStep = { ...SIGN, operation: 'sign-list' };
const { operation, payload } = listOf([listedTbs(0), listedTbs(1)]);
const material = async () => ({ operation: { ...operation, ...common, step: LIST.key }, payload, lint: [] });
const SIGNED = { facts: { signatures: ['AQID', 'BAUG'] }, bytes: Buffer.alloc(0) };

describe('a list', () => {
  test('gives its signatures in the order of its items, from the guard and again from the record', async () => {
    const { desk, drain, events, log } = deskOf({ execute: async () => SIGNED }, { material });
    await drain(desk.propose([LIST]));
    await drain(desk.collectQuorum([LIST]));
    const done = await drain(desk.execute(LIST));
    assert.deepEqual(done.signatures, [Buffer.of(1, 2, 3), Buffer.of(4, 5, 6)]);
    assert.deepEqual(done.payload, payload);
    const result = events.find((event) => event.type === 'result');
    assert.deepEqual(result?.facts, SIGNED.facts);
    log.length = 0;
    const again = await drain(desk.execute(LIST));
    assert.deepEqual([again.signatures, Buffer.from(wholeOf(again.payload))], [done.signatures, payload]);
    assert.deepEqual(log, []);
  });

  test('of which some were signed is proposed again as a whole, and nothing is looked for on the HSM', async () => {
    const facts = { signed: 500, of: 1000, reached: 'maybe' };
    const lost = new CeremonyError('HSM_REMOVED', 'it was removed', { details: facts });
    const answers = [() => Promise.reject(lost), async () => SIGNED];
    const { desk, drain, people, events, log } = deskOf(
      { execute: () => (answers.shift() ?? assert.fail('asked thrice'))() },
      { material, present: () => ['dana', 'alice', 'bob', 'carol'] },
    );
    people.choices.push('propose-again');
    await drain(desk.propose([LIST]));
    await drain(desk.collectQuorum([LIST]));
    const { signatures } = await drain(desk.execute(LIST));
    assert.equal(signatures.length, 2);
    assert.deepEqual(people.offered.at(-1), ['propose-again', 'abort']);
    const [failed, done] = events.filter((event) => event.type === 'result');
    assert.deepEqual(failed?.facts, { code: 'HSM_REMOVED', message: 'it was removed', ...facts });
    assert.deepEqual([done?.outcome, done?.proposal !== failed?.proposal], ['done', true]);
    assert.ok(!log.includes('reconciliation'), log.join());
  });

  test('that was begun when the ceremony was interrupted: whether signatures exist is not known', async () => {
    const { desk, drain, events, recorder, attendance } = deskOf({}, { material });
    await drain(desk.propose([LIST]));
    const inspect = () => assert.fail('nothing is to be seen on the HSM');
    const [proposed] = events as readonly Extract<Event, { type: 'proposed' }>[];
    assert.ok(proposed);
    const { outcome, facts } = await reconcile(proposed, { guard: { inspect }, recorder, attendance });
    assert.deepEqual([outcome, facts], ['unknown', { operation: 'sign-list' }]);
  });
});
