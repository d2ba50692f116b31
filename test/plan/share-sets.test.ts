import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Plan } from '../../src/plan/plan.ts';
import { begunRotation, currentSets, setsToOpen } from '../../src/plan/share-sets.ts';
import type { Event, ProposedEvent } from '../../src/transcript/event.ts';

type Proposed = Event & ProposedEvent;

const set = (kind: 'user' | 'so', id: string) => ({ id, kind, threshold: 2, check: '', shares: [] });

/** Events with seqs from 1. */
function record(...events: readonly object[]): readonly Event[] {
  return events.map((event, index) => ({ ...event, seq: index + 1 }) as Event);
}

const prepared = (step: string, user: string, so: string, hsm = 'root-hsm') => ({
  type: 'proposed',
  step,
  operation: 'prepare-token',
  descriptor: { op: 'prepare-token', hsm: { name: hsm }, sets: [set('user', user), set('so', so)] },
});
const rotation = (step: string, kind: 'user' | 'so', from: string, to: string) => ({
  type: 'proposed',
  step,
  operation: 'rotate-activation',
  digest: `digest of ${to}`,
  descriptor: { op: 'rotate-activation', hsm: { name: 'root-hsm' }, replaces: { id: from }, set: set(kind, to) },
});
const inventory = {
  type: 'proposed',
  step: 'look',
  operation: 'inventory',
  descriptor: { op: 'inventory', hsm: { name: 'root-hsm' } },
};
const intent = (proposal: number) => ({ type: 'intent', proposal, approvers: [] });
const result = (proposal: number, outcome: 'done' | 'failed', facts = {}) => ({
  type: 'result',
  proposal,
  outcome,
  facts,
});
/** A plan whose steps name the media of their envelopes by their own names. */
const PLAN = {
  tokens: [],
  acts: [{ steps: ['a', 'b', 'r', 't', 'v'].map((key) => ({ key, params: { envelopes: key } })) }],
} as unknown as Plan;
const known = (events: readonly Event[], plan = PLAN) =>
  currentSets(plan, events).map((one) => `${one.hsm} ${one.set.id} of ${one.medium}`);

describe('the sets that open an HSM', () => {
  test('are those that its last preparation proposed; another HSM has its own', () => {
    const events = record(prepared('a', 'u1', 's1'), prepared('b', 'u9', 's9', 'other'), prepared('a', 'u2', 's2'));
    assert.deepEqual(known(events), ['other u9 of b', 'other s9 of b', 'root-hsm u2 of a', 'root-hsm s2 of a']);
  });

  test('are replaced by a rotation that was done, and by no other', () => {
    const begun = [prepared('a', 'u1', 's1'), rotation('r', 'user', 'u1', 'u2')];
    const before = ['root-hsm u1 of a', 'root-hsm s1 of a'];
    assert.deepEqual(known(record(...begun)), before);
    assert.deepEqual(known(record(...begun, intent(2))), before);
    assert.deepEqual(known(record(...begun, intent(2), result(2, 'failed', { reached: 'maybe' }))), before);
    const done = [...begun, intent(2), result(2, 'done')];
    assert.deepEqual(known(record(...done)), ['root-hsm u2 of r', 'root-hsm s1 of a']);
    const again = [...done, rotation('t', 'user', 'u2', 'u3'), rotation('v', 'so', 's1', 's2'), result(5, 'done')];
    assert.deepEqual(known(record(...again)), ['root-hsm u3 of t', 'root-hsm s1 of a']);
    assert.deepEqual(known(record(...again, result(6, 'done'))), ['root-hsm u3 of t', 'root-hsm s2 of v']);
  });

  test('are those of the ledger until they are replaced', () => {
    const left = { name: 'root-hsm', sets: [set('user', 'u0'), set('so', 's0')], envelopes: 'e' };
    const plan = { ...PLAN, tokens: [left, { name: 'other' }] } as unknown as Plan;
    assert.deepEqual(known([], plan), ['root-hsm u0 of e', 'root-hsm s0 of e']);
    const events = record(rotation('r', 'user', 'u0', 'u1'), intent(1), result(1, 'done'), inventory);
    assert.deepEqual(known(events, plan), ['root-hsm u1 of r', 'root-hsm s0 of e']);
    const opened = setsToOpen(plan, events[3] as Proposed, events).map((one) => one.set.id);
    assert.deepEqual(opened, ['u1']);
  });

  test('are opened as the operation needs them', () => {
    const events = record(prepared('a', 'u1', 's1'), rotation('r', 'so', 's1', 's2'), inventory);
    const opened = (index: number) => setsToOpen(PLAN, events[index] as Proposed, events).map((one) => one.set.id);
    assert.deepEqual([opened(0), opened(1), opened(2)], [['u1', 's1'], ['s1', 's2'], ['u1']]);
  });
});

describe('a rotation whose end nobody knows', () => {
  const put = [prepared('a', 'u1', 's1'), rotation('r', 'user', 'u1', 'u2')];
  const begun = (...events: readonly object[]) => begunRotation('r', record(...put, ...events))?.digest;

  test('was begun, and has no result, or one that leaves it open', () => {
    assert.equal(begun(), undefined);
    assert.equal(begun(intent(2)), 'digest of u2');
    assert.equal(begun(intent(2), result(2, 'failed', { reached: 'maybe' })), 'digest of u2');
    assert.equal(begun(intent(2), result(2, 'failed')), 'digest of u2', 'what is not certain is not taken for it');
    assert.equal(begunRotation('other', record(...put, intent(2))), undefined);
  });

  test('was not, where the token was certainly not reached, or it was done', () => {
    assert.equal(begun(intent(2), result(2, 'failed', { reached: 'no' })), undefined);
    assert.equal(begun(intent(2), result(2, 'done')), undefined);
  });

  test('stays open when a later try did not reach the token, and is the latest that may have', () => {
    const maybe = [intent(2), result(2, 'failed', { reached: 'maybe' })];
    const later = rotation('r', 'user', 'u1', 'u3');
    assert.equal(begun(...maybe, later, intent(5), result(5, 'failed', { reached: 'no' })), 'digest of u2');
    assert.equal(begun(...maybe, later, intent(5)), 'digest of u3');
    assert.equal(begun(...maybe, later, intent(5), result(5, 'done')), undefined);
  });
});
