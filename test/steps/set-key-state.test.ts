import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deriveLedger } from '../../src/ledger/derive.ts';
import { ledgerBytes } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { deciding } from '../forge/destroying.ts';
import { recordCeremony } from '../forge/record.ts';
import { type Falsified, recordOf } from './recording.ts';

const recording = await recordCeremony(deciding);
const { events, judges } = recordOf(recording);
const decidedIn = (step: string, change: (event: Falsified) => void) => ({
  event: (event: Falsified) => {
    const proposed = events.find((one) => one.type === 'proposed' && one.step === step);
    if (event.type === 'result' && event.proposal === proposed?.seq) change(event);
    if (event.type === 'proposed' && event.step === step) change(event);
  },
});

test('the ledger has the last state, and each transition with its time, reason and approvals', () => {
  const ledger = deriveLedger(recording.plan, events, (path) => recording.files.get(path));
  const [key] = ledger.keys;
  const three = ['alice', 'bob', 'carol'];
  assert.equal(key?.state, 'deactivated');
  assert.deepEqual(
    key.states.map(({ from, to, step, ceremony, approvedBy, reason }) => [
      from,
      to,
      step,
      ceremony,
      approvedBy,
      reason,
    ]),
    [
      [null, 'pre-activation', 'root-key', 1, three, 'it was generated'],
      ['pre-activation', 'active', 'root-certificate', 1, three, 'the certificate root.crt was issued for it'],
      ['active', 'suspended', 'suspended', 1, three, 'An alarm of the vault.'],
      ['suspended', 'active', 'cleared', 1, three, 'It was a cat.'],
      ['active', 'deactivated', 'ended', 1, three, 'Its successor signs.'],
    ],
  );
  const results = key.states.map(({ step }) => {
    const proposed = events.find((event) => event.type === 'proposed' && event.step === step);
    return events.find((event) => event.type === 'result' && event.proposal === proposed?.seq)?.at;
  });
  assert.deepEqual(
    key.states.map(({ at }) => at),
    results,
  );
  assert.deepEqual(readLedger(ledgerBytes(ledger)), ledger);
});

test('each transition is an event right after what it follows from, and points to the approvals', () => {
  const stated = events.filter((event) => event.type === 'key-state');
  assert.equal(stated.length, 5);
  for (const { seq, proposal } of stated) {
    const before = events[seq - 2];
    assert.ok(before?.type === 'result' && before.outcome === 'done' && before.proposal === proposal);
    assert.ok(events.some((event) => event.type === 'approval' && event.proposal === proposal));
  }
});

judges('cleared', [
  [
    'nothing was decided',
    { keep: (event) => !(event.type === 'result' && event.facts['to'] === 'active') },
    /nothing was decided$/,
  ],
  [
    'another state is said to have been decided',
    decidedIn('cleared', (event) => {
      if (event.type === 'result') event.facts.to = 'compromised';
    }),
    /the result states "to" "compromised"; it was "active"/,
  ],
  [
    'it was decided about another key',
    decidedIn('cleared', (event) => {
      if (event.type === 'result') event.facts.key = 'ab'.repeat(32);
    }),
    /it was decided about another key/,
  ],
  [
    'the quorum read another reason',
    decidedIn('cleared', (event) => {
      if (event.type === 'proposed') event.descriptor.reason = 'Nothing.';
    }),
    /proposes "reason" "Nothing."; planned was "It was a cat."/,
  ],
  [
    'the key was in another state by then',
    decidedIn('cleared', (event) => {
      if (event.type === 'proposed') event.descriptor.from = 'pre-activation';
    }),
    /proposes "from" "pre-activation"; planned was "suspended"/,
  ],
]);
