import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_DIGEST } from '../../src/base/digest.ts';
import { linkEvent } from '../../src/transcript/chain.ts';
import { type EventData, type EventType, isEventType, LEVEL_OF } from '../../src/transcript/event.ts';

test('the table of levels is closed: what a recount needs is never withheld', () => {
  assert.deepEqual(LEVEL_OF, {
    opening: 'public',
    act: 'public',
    step: 'public',
    answer: 'restricted',
    observation: 'public',
    proposed: 'public',
    approval: 'public',
    declined: 'public',
    refusal: 'public',
    intent: 'public',
    result: 'public',
    'key-state': 'public',
    statement: 'public',
    file: 'public',
    deviation: 'public',
    pause: 'public',
    correction: 'restricted',
    decision: 'public',
    resume: 'public',
    reconciliation: 'public',
    abort: 'public',
    close: 'public',
  } satisfies Record<EventType, string>);
});

test('the chain line carries the level of its kind', () => {
  const stamp = { seq: 1, at: '2027-03-01T09:00:00Z', salt: '0'.repeat(32) };
  for (const type of Object.keys(LEVEL_OF) as EventType[]) {
    const { chainLine } = linkEvent({ type } as EventData, stamp, NO_DIGEST);
    assert.ok(chainLine.includes(`"level":"${LEVEL_OF[type]}"`), type);
  }
});

test('a type is one of the list, and nothing that objects have by themselves', () => {
  for (const type of Object.keys(LEVEL_OF)) assert.equal(isEventType(type), true);
  for (const other of ['', 'Opening', 'toString', '__proto__', 'constructor', null, 1, [], undefined, ['opening']]) {
    assert.equal(isEventType(other as never), false, String(other));
  }
});
