import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Json, JsonObject } from '../../src/base/canonical-json.ts';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { memberOf } from '../../src/quorum/roster.ts';
import { custodiansFor, openersOf, unmetBy, whoHelps } from '../../src/run/demands.ts';
import type { Event, ProposedEvent } from '../../src/transcript/event.ts';
import { assertRejects } from '../der/refusal.ts';
import { deskOf, NOON, PREPARE, ROTATE, SIGN } from './desk.ts';
import { ROSTER } from './fakes.ts';

const keysOf = (seat: string) => memberOf(ROSTER, seat)?.tokens.map(({ encryptionSpki }) => encryptionSpki) ?? [];

const set = (id: string, kind: 'user' | 'so', threshold: number, ...seats: readonly string[]): JsonObject => ({
  id,
  kind,
  threshold,
  shares: seats.map((seat) => ({ seat, recipients: keysOf(seat) })),
});

const proposed = (step: string, operation: string, descriptor: JsonObject): ProposedEvent => ({
  type: 'proposed',
  at: NOON,
  step,
  operation,
  descriptor: { op: operation, hsm: { name: 'root-hsm' }, ...descriptor },
  digest: NO_DIGEST,
  expires: NOON,
  payload: null,
  lint: [],
});

const PREPARED = proposed(PREPARE.key, 'prepare-token', {
  sets: [
    set('u', 'user', 3, 'alice', 'bob', 'carol', 'dave') as Json,
    set('s', 'so', 4, 'alice', 'bob', 'carol', 'dave'),
  ],
});
const SIGNING = proposed(SIGN.key, 'sign', {});
const ROTATION = proposed(ROTATE.key, 'rotate-activation', {
  set: set('n', 'user', 2, 'carol', 'dave', 'erin', 'frank'),
  replaces: { id: 'u', threshold: 3, holders: ['alice', 'bob', 'carol', 'dave'] },
});

const PLAN = { tokens: [], acts: [] };

const seq = (...events: readonly ProposedEvent[]) =>
  events.map((event, index) => ({ ...event, seq: index + 1, salt: '' })) as (Event & ProposedEvent)[];
const last = (...events: readonly ProposedEvent[]) => {
  const all = seq(...events);
  return [all.at(-1) as Event & ProposedEvent, all] as const;
};

describe('of the share sets that an operation opens', () => {
  test('a signature takes the user set, by its threshold', () => {
    assert.deepEqual(custodiansFor(PLAN, ...last(PREPARED, SIGNING), ROSTER), [
      { count: 3, among: ['alice', 'bob', 'carol', 'dave'] },
    ]);
  });

  test('a preparation takes both', () => {
    assert.deepEqual(
      custodiansFor(PLAN, ...last(PREPARED), ROSTER).map(({ count }) => count),
      [3, 4],
    );
  });

  test('a rotation takes the old set and, one more than its threshold, the new one, with all who had no share before', () => {
    assert.deepEqual(custodiansFor(PLAN, ...last(PREPARED, ROTATION), ROSTER), [
      { count: 3, among: ['alice', 'bob', 'carol', 'dave'] },
      { count: 3, among: ['carol', 'dave', 'erin', 'frank'] },
      { count: 2, among: ['erin', 'frank'] },
    ]);
    assert.deepEqual([openersOf(last(ROTATION)[0]), openersOf(last(SIGNING)[0]), openersOf(undefined)], [3, 0, 0]);
  });

  test('who has another token since has lost theirs, and opens the new one before it replaces the old', () => {
    const members = ROSTER.members.map((member) =>
      member.seat === 'dave'
        ? { ...member, tokens: member.tokens.map((token) => ({ ...token, encryptionSpki: sha256('another') })) }
        : member,
    );
    const next = set('n', 'user', 2, 'alice', 'bob', 'carol', 'dave');
    const [dave] = (next['shares'] as readonly JsonObject[]).slice(3) as [Record<string, Json>];
    dave['recipients'] = [sha256('another')];
    const rotation = proposed(ROTATE.key, 'rotate-activation', { ...ROTATION.descriptor, set: next });
    assert.deepEqual(custodiansFor(PLAN, ...last(PREPARED, rotation), { ...ROSTER, members }), [
      { count: 3, among: ['alice', 'bob', 'carol'] },
      { count: 3, among: ['alice', 'bob', 'carol', 'dave'] },
      { count: 1, among: ['dave'] },
    ]);
  });

  test('there are none of an HSM that was not prepared here', () => {
    assert.deepEqual(custodiansFor(PLAN, ...last(SIGNING), ROSTER), []);
  });
});

describe('who is asked next', () => {
  const old = { count: 2, among: ['alice', 'bob', 'carol'] };
  const next = { count: 2, among: ['carol', 'erin'] };
  const able = ['alice', 'bob', 'carol', 'erin'];
  const asked = (...approved: readonly string[]) =>
    whoHelps(
      able.filter((seat) => !approved.includes(seat)),
      unmetBy(approved, [{ count: 3, among: able }, old, next]),
    );

  test('is anybody, as long as more are missing than of one set', () => {
    assert.deepEqual(asked(), able);
  });

  test('is a custodian of the set of which as many are missing as of all', () => {
    assert.deepEqual(asked('alice'), ['carol', 'erin']);
    assert.deepEqual(asked('erin'), ['alice', 'bob', 'carol']);
    assert.deepEqual(asked('alice', 'bob'), ['carol', 'erin']);
    assert.deepEqual(asked('alice', 'carol'), ['erin']);
  });

  test('is nobody once there are enough of each', () => {
    assert.deepEqual(unmetBy(['alice', 'carol', 'erin'], [{ count: 3, among: able }, old, next]), []);
  });

  test('is whoever helps with one of two sets that nobody holds both of', () => {
    const unmet = unmetBy(
      [],
      [
        { count: 1, among: ['alice'] },
        { count: 1, among: ['erin'] },
      ],
    );
    assert.deepEqual(whoHelps(['alice', 'bob', 'erin'], unmet), ['alice', 'erin']);
  });
});

describe('the approvers are those whose shares are opened', () => {
  const prepared = async (...here: readonly string[]) => {
    const desk = deskOf({}, { present: () => here });
    await desk.recorder.commit(PREPARED);
    await desk.drain(desk.desk.propose([SIGN]));
    return desk;
  };

  test('who came since is not asked', async () => {
    const { desk, drain, events, people } = await prepared('erin', 'bob', 'carol', 'dave');
    await drain(desk.collectQuorum([SIGN]));
    const approved = events.flatMap((event) => (event.type === 'approval' ? [event.seat] : []));
    assert.deepEqual(approved, ['bob', 'carol', 'dave']);
    assert.deepEqual(people.choosing, [], 'those who can must');
  });

  test('who came since does not make up for a custodian, where more approve than open it', async () => {
    const rule = { role: 'crypto-officer', need: 4 };
    const roster = { ...ROSTER, classes: new Map(ROSTER.classes).set('sign', rule) };
    const { desk, drain, recorder } = deskOf({}, { roster, present: () => ['erin', 'bob', 'carol', 'dave'] });
    await recorder.commit(PREPARED);
    await drain(desk.propose([SIGN]));
    await assertRejects(
      () => drain(desk.collectQuorum([SIGN])),
      'QUORUM_NOT_MET',
      '4 people open the HSM with their shares; of those here 3 hold one (bob, carol, dave)',
    );
  });

  test('too few of them are refused before anybody is asked', async () => {
    const { desk, drain, log } = await prepared('erin', 'bob', 'carol');
    log.length = 0;
    await assertRejects(
      () => drain(desk.collectQuorum([SIGN])),
      'QUORUM_NOT_MET',
      '3 people open the HSM with their shares; of those here 2 hold one (bob, carol)',
    );
    assert.deepEqual(log, []);
  });
});
