import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deriveLedger } from '../../src/ledger/derive.ts';
import type { LedgerCopy } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { descriptorOf, type Operation } from '../../src/quorum/operation.ts';
import type { Event } from '../../src/transcript/event.ts';
import { backedUpAndDestroyed, restoring } from '../forge/backing-up.ts';
import { forge } from '../forge/forge.ts';
import { recordCeremony } from '../forge/record.ts';

const { files: follows } = await forge({ record: backedUpAndDestroyed });
const recording = await recordCeremony({ ...restoring(follows), follows });
const { events, plan, folder } = recording;
const before = readLedger(follows.get('ledger.json') as Uint8Array);
const done = events.find((event) => event.type === 'result' && event.facts['spki'] !== undefined);
assert.ok(done?.type === 'result');
const at = events.indexOf(done);
const failed = (reached: string): Event => ({ ...done, outcome: 'failed', facts: { reached } }) as Event;

const copies = (record: readonly Event[], copy: readonly LedgerCopy[] = []) =>
  deriveLedger(plan, record, (path) => folder.get(path), { ...before, copies: copy }).copies.map(
    ({ provenance, left, destroyed }) => [provenance, left?.how, destroyed?.step],
  );
/** The record with the result of the restoration replaced by these. */
const instead = (...results: readonly Event[]) => [...events.slice(0, at), ...results, ...events.slice(at + 1)];

test('a restoration without a result, or that may have reached its HSM, is a copy', () => {
  assert.deepEqual(copies(events), [['restored', undefined, undefined]]);
  assert.deepEqual(copies(instead()), [['unproven', 'begun', undefined]]);
  assert.deepEqual(copies(instead(failed('maybe'))), [['unproven', 'begun', undefined]]);
});

test('one that is certain not to have reached it, or that no quorum had approved, is none', () => {
  assert.deepEqual(copies(instead(failed('no'))), []);
  assert.deepEqual(copies(instead().filter((event) => event.type !== 'intent')), []);
});

test('one that was begun, and done at the next try, is what came of that', () => {
  const again = events
    .slice(0, at + 1)
    .filter((event) => (event.type === 'proposed' || event.type === 'intent') && event.seq > 0)
    .map((event) => {
      const seq = event.seq + 1000;
      return (
        event.type === 'intent' ? { ...event, seq, proposal: event.proposal + 1000 } : { ...event, seq }
      ) as Event;
    });
  const result = { ...done, seq: done.seq + 1000, proposal: done.proposal + 1000 } as Event;
  assert.deepEqual(copies(instead(failed('maybe'), ...again, result)), [['restored', undefined, undefined]]);
});

test('one that was begun, and destroyed on that HSM afterwards, is gone', () => {
  const proposed = events.find((event) => event.type === 'proposed' && event.seq === done.proposal);
  assert.ok(proposed?.type === 'proposed');
  const { hsm, key, label, id } = proposed.descriptor as unknown as Extract<Operation, { op: 'unwrap-key' }>;
  const operation: Operation = {
    ...{ op: 'destroy-key', hsm, step: 'restored', index: 0, hold: null, key, mechanism: 'ecdsa-sha384', label, id },
    ...{ last: true, reason: 'over', adopts: null },
  };
  const seq = done.seq + 1000;
  const destroyed = [
    { ...proposed, seq, descriptor: descriptorOf(operation) },
    { ...done, seq: seq + 1, proposal: seq, facts: { key } },
  ] as unknown as readonly Event[];
  assert.deepEqual(copies(instead(failed('maybe'), ...destroyed)), []);
});

test('what is there already stays what it is, and what was destroyed there is there again', () => {
  const there = copies(events).length === 1 && deriveLedger(plan, events, (path) => folder.get(path), before).copies[0];
  assert.ok(there);
  assert.deepEqual(copies(instead(), [there]), [['restored', undefined, undefined]]);
  const gone = { ...there, destroyed: { at: '2027-01-01T00:00:00Z', step: 'gone' } };
  assert.deepEqual(copies(instead(), [gone]), [['unproven', 'begun', undefined]]);
});
