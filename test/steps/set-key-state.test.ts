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

test('the ledger has the last state, and each decision with its time and reason', () => {
  const ledger = deriveLedger(recording.plan, events, (path) => recording.files.get(path));
  const [key] = ledger.keys;
  assert.equal(key?.state, 'deactivated');
  assert.deepEqual(
    key?.decided?.map(({ state, step, reason }) => [state, step, reason]),
    [
      ['suspended', 'suspended', 'An alarm of the vault.'],
      ['active', 'cleared', 'It was a cat.'],
      ['deactivated', 'ended', 'Its successor signs.'],
    ],
  );
  const results = events.flatMap((event) => (event.type === 'result' && 'to' in event.facts ? [event.at] : []));
  assert.deepEqual(
    key?.decided?.map(({ at }) => at),
    results,
  );
  assert.deepEqual(readLedger(ledgerBytes(ledger)), ledger);
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
