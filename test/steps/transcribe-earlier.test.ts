import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CeremonyError } from '../../src/base/errors.ts';
import { PREVIOUS_LEDGER } from '../../src/ledger/carried.ts';
import { deriveLedger } from '../../src/ledger/derive.ts';
import { type Ledger, type LedgerBackup, type LedgerLoss, ledgerBytes } from '../../src/ledger/ledger.ts';
import { lastBefore } from '../../src/ledger/on-paper.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { readScript, readSite } from '../../src/script/read-script.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { transcribeEarlier } from '../../src/steps/transcribe-earlier.ts';
import { forge } from '../forge/forge.ts';
import { onPaper } from '../forge/on-paper.ts';
import { recordCeremony } from '../forge/record.ts';
import { TEMPLATES } from '../plan/planned.ts';
import { type Falsified, recordOf, terminalOf } from './recording.ts';

const before = await forge({});
const recording = await recordCeremony({ ...onPaper, follows: before.files });
const { events, judges, recordedBy, stepOf } = recordOf(recording);
const file = (path: string) => recording.folder.get(path);
const previous = readLedger(file(PREVIOUS_LEDGER) as Uint8Array);
const answered = (change: (event: Falsified) => void) => ({
  event: (event: Falsified) => {
    if (event.type === 'answer' && event.step === 'shredded') change(event);
  },
});

test('the register has it as destroyed, on paper, and by whose ink; and is read again', () => {
  const ledger = deriveLedger(recording.plan, events, file, previous);
  const answer = events.find((event) => event.type === 'answer' && event.step === 'shredded');
  const { onPaper: paper, state } = ledger.custody.find(({ unit }) => unit === 'envelopes.1') ?? {};
  assert.equal(state, 'destroyed');
  assert.deepEqual(paper, {
    ...{ ceremony: 1, at: answer?.type === 'answer' ? answer.values['at'] : '' },
    ...{ signed: ['Gina Test', 'Ivo Test'], step: 'shredded' },
  });
  assert.deepEqual(readLedger(ledgerBytes(ledger)), ledger);
});

async function typing(typed: string, now: string): Promise<string> {
  const pack = { list: async () => [PREVIOUS_LEDGER], read: async () => file(PREVIOUS_LEDGER) };
  const { error } = await recordedBy(transcribeEarlier, stepOf('shredded'), {
    ...{ terminal: terminalOf(typed).terminal, clock: { now: () => now }, pack },
  });
  assert.ok(error instanceof CeremonyError, String(error));
  return error.message;
}

test('a time that is still to come is refused', async () => {
  const error = await typing('2027-03-11T00:00:00Z', '2027-03-10T00:00:00Z');
  assert.match(error, /^"2027-03-11T00:00:00Z" was typed of "envelopes\.1": it is only 2027-03-10T00:00:00Z$/);
});

test('a time is refused at which the ceremony had not closed', async () => {
  const error = await typing('2026-02-01T00:00:00Z', '2027-03-10T00:00:00Z');
  assert.match(
    error,
    /^"2026-02-01T00:00:00Z" was typed of "envelopes\.1": the ledger has what was done in ceremony 1 /,
  );
});

test('a thing is not destroyed before what the ledger has of it, or of that ceremony', () => {
  const loss = { kind: 'medium', thing: 'envelopes.1', state: 'found', at: '2029-01-01T00:00:00Z' } as LedgerLoss;
  const later = { ...previous, number: 3 };
  const [key] = previous.keys;
  const last = key?.states.at(-1);
  assert.ok(key && last);
  assert.equal(lastBefore(later, 'envelopes.1', 1), last.at);
  assert.equal(lastBefore({ ...later, losses: [loss] }, 'envelopes.1', 1), loss.at);
  for (const other of [
    { ...loss, thing: 'envelopes.2' },
    { ...loss, state: 'lost' as const },
  ])
    assert.equal(lastBefore({ ...later, losses: [other] }, 'envelopes.1', 1), last.at);
  assert.equal(lastBefore({ ...later, losses: [{ ...loss, state: 'lost' }] }, 'envelopes.1', 3), loss.at);
  const after = { ...last, ceremony: 2, at: '2028-01-01T00:00:00Z' };
  const keys = [{ ...key, states: [...key.states, after] }];
  assert.equal(lastBefore({ ...later, keys }, 'envelopes.1', 1), last.at);
  assert.equal(lastBefore({ ...later, keys }, 'envelopes.1', 2), after.at);
  const backup = { media: ['envelopes 1'], madeAt: '2028-05-05T00:00:00Z' } as unknown as LedgerBackup;
  assert.equal(lastBefore({ ...later, backups: [backup] }, 'envelopes.1', 1), backup.madeAt);
});

judges('shredded', [
  [
    'nothing was typed',
    { keep: (event) => !(event.type === 'answer' && event.step === 'shredded') },
    /0 times is recorded/,
  ],
  [
    'another thing was',
    answered((event) => {
      event.values.unit = 'envelopes.2';
    }),
    /and not that "envelopes\.1" was destroyed$/,
  ],
  [
    'nobody else has read it',
    answered((event) => {
      event.checkedBy = [];
    }),
    /the answer is checked by nobody; the plan says ivo$/,
  ],
  [
    'it was destroyed before it was written',
    answered((event) => {
      event.values.at = '2026-01-01T00:00:00Z';
    }),
    /the time is "2026-01-01T00:00:00Z": the ledger has what was done in ceremony 1 /,
  ],
  [
    'it was destroyed later',
    answered((event) => {
      event.values.at = '2028-01-01T00:00:00Z';
    }),
    /the time is "2028-01-01T00:00:00Z": it is only /,
  ],
]);

describe('a plan in which it is typed that a thing was destroyed on paper', () => {
  const SCRIPT = Buffer.from(recording.script).toString();
  const LINE = /^ +- \{ id: shredded,.*\n/m.exec(SCRIPT)?.[0] ?? '';
  const problems = (edit: (line: string) => string, over: Partial<Ledger> = {}): string[] =>
    makePlan({
      script: readScript(Buffer.from(SCRIPT.replace(LINE, edit(LINE))), 'script.yaml', STEP_TYPES),
      site: readSite(Buffer.from(recording.site), 'site.yaml'),
      ledger: { ...previous, ...over },
      stepTypes: STEP_TYPES,
      templates: TEMPLATES,
      window: ['2027-03-01T00:00:00Z', '2027-03-31T23:59:59Z'],
    }).problems.flatMap(({ code, text, severity }) => (severity === 'problem' ? [`${code} ${text}`] : []));
  const gone = { ...{ kind: 'medium', make: null, serial: null }, state: 'destroyed' as const, bag: null, place: null };

  test('has no problem', () => assert.deepEqual(problems(String), []));
  for (const [name, edit, over, said] of [
    ['a thing that no ledger has', (line) => line.replace('envelopes.1', 'stick'), {}, /no medium "stick"/],
    ['what is destroyed', String, { custody: [{ ...gone, unit: 'envelopes.1' }] }, /has "envelopes\.1" as destroyed$/],
    ['a thing twice', (line) => line + line.replace('id: shredded', 'id: again'), {}, /is destroyed on paper twice$/],
    [
      'a ceremony that was not held',
      (line) => line.replace('ceremony: 1', 'ceremony: 2'),
      {},
      /no ceremony 2 was held/,
    ],
    [
      'one who signed twice',
      (line) => line.replace('Ivo Test', 'Gina Test'),
      {},
      /PARAMETER one person is named twice$/,
    ],
    [
      'nobody else who reads it',
      (line) => line.replace(', check: auditor', ''),
      {},
      /PEOPLE nobody else reads the paper$/,
    ],
  ] as readonly (readonly [string, (line: string) => string, Partial<Ledger>, RegExp])[])
    test(`refuses ${name}`, () => {
      const [first, ...more] = problems(edit, over);
      assert.match(first ?? 'nothing', said);
      assert.deepEqual(more, []);
    });
});
