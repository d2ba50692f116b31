import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CeremonyError } from '../../src/base/errors.ts';
import { PREVIOUS_LEDGER } from '../../src/ledger/carried.ts';
import { deriveLedger } from '../../src/ledger/derive.ts';
import { ledgerBytes } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { recordLoss } from '../../src/steps/record-loss.ts';
import { forge } from '../forge/forge.ts';
import { losing } from '../forge/losing.ts';
import { recordCeremony } from '../forge/record.ts';
import { type Falsified, recordOf, terminalOf } from './recording.ts';

const before = await forge({});
const recording = await recordCeremony({ ...losing, follows: before.files });
const { events, judges, recordedBy, stepOf } = recordOf(recording);
const file = (path: string) => recording.folder.get(path);
const previous = readLedger(file(PREVIOUS_LEDGER) as Uint8Array);
const ledger = deriveLedger(recording.plan, events, file, previous);

const of = (step: string, change: (event: Falsified) => void) => ({
  event: (event: Falsified) => {
    const proposed = events.find((one) => one.type === 'proposed' && one.step === step);
    if (event.step === step || (event.type === 'result' && event.proposal === proposed?.seq)) change(event);
  },
});

test('the ledger has each declaration, with who stated it and who approved it, and is read again', () => {
  assert.deepEqual(
    ledger.losses?.map(({ step, kind, state, exposed, witness, approvedBy }) => [
      step,
      kind,
      state,
      exposed,
      witness,
      approvedBy.length,
    ]),
    [
      ['card-lost', 'quorum-token', 'lost', true, 'ivo', 3],
      ['medium-lost', 'medium', 'lost', false, 'ivo', 3],
      ['card-found', 'quorum-token', 'found', true, 'ivo', 3],
    ],
  );
  const [card] = ledger.losses ?? [];
  assert.equal(card?.holder?.seat, 'dave');
  const [set] = ledger.shareSets;
  assert.deepEqual(set?.shares.find(({ seat }) => seat === 'dave')?.recipients, [card?.holder?.key]);
  assert.deepEqual(readLedger(ledgerBytes(ledger)), ledger);
});

test('where the witness does not state it, nothing is proposed', async () => {
  const step = stepOf('medium-lost');
  const { error } = await recordedBy(recordLoss, step, {
    ...{ terminal: terminalOf('no').terminal, operations: { isDone: () => false } },
    ceremony: { events: () => [], plan: recording.plan },
  });
  assert.ok(error instanceof CeremonyError, String(error));
  assert.deepEqual([error.code, error.message], ['ANSWER_REFUSED', '"no" was answered: the witness does not state it']);
});

judges('card-lost', [
  [
    'another has stated it',
    of('card-lost', (event) => {
      if (event.type === 'answer') event.seat = 'gina';
    }),
    /ivo has not stated what was declared|gina/,
  ],
  [
    'it was stated only after it was proposed',
    of('card-lost', (event) => {
      if (event.type === 'answer') event.seq = 10_000;
    }),
    /it was proposed before anybody stated it/,
  ],
  [
    'the token is one of somebody else',
    of('card-lost', (event) => {
      if (event.type === 'proposed') event.descriptor.holder.seat = 'erin';
    }),
    /proposes "holder" .*"erin".*; planned was .*"dave"/,
  ],
  [
    'the officers read that nobody can have it',
    of('card-lost', (event) => {
      if (event.type === 'proposed') event.descriptor.exposed = false;
    }),
    /proposes "exposed" false; planned was true/,
  ],
  [
    'the result says that it was found',
    of('card-lost', (event) => {
      if (event.type === 'result') event.facts.to = 'found';
    }),
    /the result states "to" "found"; it was "lost"/,
  ],
  [
    'nothing was declared',
    {
      keep: (event) =>
        !(event.type === 'result' && event.facts['to'] === 'lost' && event.facts['kind'] === 'quorum-token'),
    },
    /nothing was declared$/,
  ],
]);
