import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseCanonicalObject } from '../../src/base/canonical-json.ts';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import type { LedgerUnusedSet } from '../../src/ledger/ledger.ts';
import { deriveShareSets } from '../../src/ledger/share-sets.ts';
import { unusedAfter, unusedLeft } from '../../src/ledger/unused-sets.ts';
import { namedSet } from '../../src/quorum/named-set.ts';
import { describeOperation, type Operation } from '../../src/quorum/operation.ts';
import type { ShareSet } from '../../src/quorum/share-set.ts';
import type { Event } from '../../src/transcript/event.ts';

const SEATS = ['alice', 'bob', 'carol'];
const hsm = { name: 'root-hsm', model: 'HSM', serial: '1' };
const common = { hsm, index: 0, hold: null, step: 'step' } as const;

function set(kind: ShareSet['kind'], id: string): ShareSet {
  const shares = SEATS.map((seat, index) => ({
    seat,
    x: index + 1,
    commitment: sha256(`commitment ${id} ${seat}`),
    envelope: sha256(`envelope ${id} ${seat}`),
    recipients: [sha256(seat)],
  }));
  return { id: id.repeat(16), kind, threshold: 2, check: NO_DIGEST, shares };
}

const [USER, SO, NEXT] = [set('user', '11'), set('so', '22'), set('user', '33')];
const preparation: Operation = {
  ...common,
  op: 'prepare-token',
  hsm: { ...hsm, serial: null },
  label: 'ROOT',
  wipes: null,
  adopts: null,
  sets: [USER, SO],
};
const rotation = (adopts: string | null = null): Operation => ({
  ...common,
  op: 'rotate-activation',
  replaces: namedSet(USER),
  set: NEXT,
  adopts,
});

/** An operation as it is recorded: proposed, begun by these people, and ended so. */
type Course = readonly [operation: Operation, approvers: readonly string[], end?: object];

function events(...courses: readonly Course[]): Event[] {
  const all: object[] = [];
  for (const [operation, approvers, end] of courses) {
    const descriptor = parseCanonicalObject(describeOperation(operation).bytes, 'the descriptor');
    all.push({ type: 'proposed', operation: operation.op, descriptor });
    const proposal = all.length;
    all.push({ type: 'intent', proposal, approvers });
    if (end) all.push({ type: 'result', proposal, outcome: 'done', facts: {}, ...end });
  }
  return all.map((event, index) => ({ ...event, seq: index + 1 }) as Event);
}

const DONE = { facts: { serial: '1' } };
const MAYBE = { outcome: 'failed', facts: { reached: 'maybe' } };
const NOT = { outcome: 'failed', facts: { reached: 'no' } };
const PREPARED: Course = [preparation, SEATS, DONE];
const held = (...courses: readonly Course[]) =>
  deriveShareSets(events(...courses), []).map(({ id, state, unproven }) =>
    `${id.slice(0, 2)} ${state} ${unproven.join()}`.trim(),
  );

describe('the share sets of a ledger', () => {
  test('of a preparation are current, and every custodian has opened theirs', () => {
    assert.deepEqual(held(PREPARED), ['11 current', '22 current']);
    assert.deepEqual(held([preparation, SEATS, MAYBE]), [], 'a token that was not prepared has none');
  });

  test('of a rotation: the old one is superseded, and whoever did not open the new one is named', () => {
    const rotated: Course = [rotation(), ['alice', 'bob'], DONE];
    assert.deepEqual(held(PREPARED, rotated), ['11 superseded', '22 current', '33 current carol']);
    const [, , next] = deriveShareSets(events(PREPARED, rotated), []);
    assert.deepEqual([next?.hsm, next?.kind, next?.threshold], ['1', 'user', 2]);
  });

  test('are proven when their custodian approves something that opens them', () => {
    const rotated: Course = [rotation(), ['alice', 'bob'], DONE];
    const look: Operation = { ...common, op: 'inventory' };
    assert.deepEqual(held(PREPARED, rotated, [look, ['alice'], DONE]).at(-1), '33 current carol');
    assert.deepEqual(held(PREPARED, rotated, [look, ['carol'], NOT]).at(-1), '33 current');
    const other: Operation = { ...look, hsm: { ...hsm, serial: '2' } };
    assert.deepEqual(held(PREPARED, rotated, [other, ['carol'], DONE]).at(-1), '33 current carol', 'another HSM');
  });

  test('of a rotation whose end nobody knows: both are kept, and neither is called what it may not be', () => {
    const both = ['11 current', '22 current', '33 begun carol'];
    assert.deepEqual(held(PREPARED, [rotation(), ['alice', 'bob']]), both);
    assert.deepEqual(held(PREPARED, [rotation(), ['alice', 'bob'], MAYBE]), both);
    assert.deepEqual(
      held(PREPARED, [rotation(), ['alice', 'bob'], MAYBE], [rotation(sha256('d')), ['alice', 'bob'], NOT]),
      both,
    );
    assert.deepEqual(
      held(PREPARED, [rotation(), ['alice', 'bob'], MAYBE], [rotation(sha256('d')), ['alice', 'carol'], DONE]),
      ['11 superseded', '22 current', '33 current'],
    );
  });

  test('of a rotation that certainly did not reach the token: the new one opens nothing and is not in it', () => {
    assert.deepEqual(held(PREPARED, [rotation(), ['alice', 'bob'], NOT]), ['11 current', '22 current']);
  });

  test('of earlier ceremonies stand first, and change with what is done now', () => {
    const before = deriveShareSets(events(PREPARED), []);
    const after = deriveShareSets(events([rotation(), SEATS, DONE]), before);
    assert.deepEqual(
      after.map(({ id, state }) => `${id.slice(0, 2)} ${state}`),
      ['11 superseded', '22 current', '33 current'],
    );
  });
});

describe('share sets that were never put to use', () => {
  const file = (id: string, medium: string | null = 'envelopes 1', seat = 'alice'): Event =>
    ({ type: 'file', step: 'activation', path: `${id.repeat(16)}-${seat}-v1.p7m`, medium }) as unknown as Event;
  const unused = (all: readonly Event[], before: readonly LedgerUnusedSet[] = []) =>
    unusedAfter(all, before, deriveShareSets(all, []));
  const at = (id: string, envelopes: LedgerUnusedSet['envelopes']): LedgerUnusedSet => ({
    ...{ set: id.repeat(16), step: 'activation', envelopes },
  });

  test('are those whose envelopes lie on media, and that no operation has put on a token', () => {
    const lie = [file('44', 'envelopes 2'), file('44'), file('44', 'envelopes 1', 'bob'), file('11'), file('55', null)];
    assert.deepEqual(unused([...events(PREPARED), ...lie]), [
      at('44', {
        'envelopes 1': [`${'44'.repeat(16)}-alice-v1.p7m`, `${'44'.repeat(16)}-bob-v1.p7m`],
        'envelopes 2': [`${'44'.repeat(16)}-alice-v1.p7m`],
      }),
    ]);
  });

  test('are not those that a token may have the PIN of', () => {
    assert.deepEqual(unused([...events([preparation, SEATS]), file('11')]), [], 'begun, and nobody knows');
    assert.deepEqual(unused([...events([preparation, SEATS, MAYBE]), file('11')]), [], 'failed, and nobody knows');
    assert.deepEqual(
      unused([...events(PREPARED, [rotation(), SEATS, MAYBE]), file('33')]),
      [],
      'it may have been changed',
    );
    const [never] = unused([...events(PREPARED, [rotation(), SEATS, NOT]), file('33')]);
    assert.equal(never?.set, NEXT.id, 'it certainly was not');
  });

  test('stay in the ledger, and are left until every medium with them is destroyed', () => {
    const before = [at('44', { 'envelopes 1': ['a'], 'envelopes 2': ['b'] })];
    assert.deepEqual(unused(events(PREPARED), before), before);
    const thing = (unit: string, state: 'open' | 'destroyed') => ({
      ...{ unit, kind: 'medium', make: null, serial: null, state, bag: null, place: null },
    });
    const left = (...states: ('open' | 'destroyed')[]) =>
      unusedLeft({ unused: before, custody: states.map((state, index) => thing(`envelopes.${index + 1}`, state)) });
    assert.deepEqual(left('open', 'open'), before);
    assert.deepEqual(left('destroyed', 'open'), [at('44', { 'envelopes 2': ['b'] })]);
    assert.deepEqual(left('destroyed', 'destroyed'), []);
  });
});
