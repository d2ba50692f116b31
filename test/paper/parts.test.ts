import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { partsOf as partsInBook } from '../../src/paper/parts.ts';
import type { PaperPart } from '../../src/plan/paper-part.ts';
import type { Plan, PlannedStep } from '../../src/plan/plan.ts';
import { stepsOf } from '../../src/plan/plan.ts';
import { bookInput } from './printed.ts';

const input = bookInput();
const { plan } = input;

/** What a step of the shipped script has on paper, with these changes. */
function partsOf(id: string, change: Partial<PlannedStep> = {}, of: Plan = plan): readonly PaperPart[] {
  const step = stepsOf(of).find((one) => one.id === id);
  assert.ok(step, id);
  return partsFor({ ...step, ...change }, of);
}

function partsFor(step: PlannedStep, of: Plan = plan): readonly PaperPart[] {
  return partsInBook({ ...input, plan: of }, step);
}

function stepOf(type: string, params: JsonObject, change: Partial<PlannedStep> = {}): PlannedStep {
  const [like] = stepsOf(plan);
  return { ...(like as PlannedStep), id: 'x', key: 'x', type, params, by: ['frank'], ...change };
}

test('every step type that is run with the shipped script has something to tick or to write in', () => {
  for (const step of stepsOf(plan)) {
    const parts = partsFor(step).filter(({ kind }) => kind !== 'expected');
    // A key that is generated is read afterwards by a step of its own.
    if (step.type !== 'generate-key') assert.ok(parts.length > 0, step.type);
  }
});

test('no step type asks for a secret on paper', () => {
  for (const step of stepsOf(plan))
    for (const part of partsFor(step))
      if (part.kind === 'lines' || part.kind === 'boxes') assert.doesNotMatch(part.name, /\b(PIN|share|password)\b/i);
});

describe('record', () => {
  const field = (form: JsonObject) => partsFor(stepOf('record', {}, { fields: { value: form } }))[0];

  test('each type of value has its place', () => {
    assert.deepEqual(field({ type: 'utc' }), {
      kind: 'boxes',
      name: 'value',
      shape: '9999-99-99T99:99:99Z',
      hint: 'UTC, such as 2027-03-01T09:00:00Z',
    });
    assert.equal((field({ type: 'date' }) as { shape: string }).shape, '9999-99-99');
    assert.equal(field({ type: 'integer' })?.kind, 'boxes');
    assert.deepEqual(field({ type: 'text' }), { kind: 'lines', name: 'value', hint: '', lines: 2 });
    assert.deepEqual(field({ type: 'serial' }), { kind: 'lines', name: 'value', hint: '', lines: 1 });
  });

  test('a shape gives a box for each character, and says what goes in as the screen does', () => {
    assert.deepEqual(field({ type: 'serial', shape: '##-9999' }), {
      kind: 'boxes',
      name: 'value',
      shape: '##-9999',
      hint: 'shape ##-9999: 9 a digit, # a letter',
    });
  });

  test('what two people type says so', () => {
    assert.equal((field({ type: 'text', twice: true }) as { name: string }).name, 'value, typed by two people');
  });
});

describe('compare', () => {
  test('a digest that is printed, one that is made, and one from another machine', () => {
    const of = (params: JsonObject) => partsFor(stepOf('compare', params));
    assert.deepEqual(of({ values: ['authorization', 'script'], against: 'print' }), [
      { kind: 'digest', name: 'authorization', printed: 'authorization' },
      { kind: 'digest', name: 'script', printed: 'script' },
    ]);
    assert.deepEqual(of({ value: 'root-key.spki', against: 'paper' }), [
      { kind: 'digest', name: 'root-key.spki', printed: null },
    ]);
    const [boxes] = of({ value: 'token.fingerprint', against: 'another-machine' });
    assert.equal(boxes?.kind === 'boxes' && boxes.shape.replaceAll(' ', '').length, 16);
  });
});

describe('confirm', () => {
  test('one answer of two, or done', () => {
    assert.deepEqual(partsFor(stepOf('confirm', { answer: 'yes-or-no' })), [
      { kind: 'ticks', says: 'one of these:', of: ['yes', 'no'] },
    ]);
    assert.deepEqual(partsFor(stepOf('confirm', {})), [{ kind: 'ticks', says: '', of: ['done'] }]);
  });
});

describe('what the HSM does', () => {
  test('an approval names the operations and the classes that are counted', () => {
    assert.deepEqual(partsOf('cert-agreed'), [
      { kind: 'ticks', says: 'read on the screen, each to its end:', of: ['root-certificate', 'first-crl'] },
      { kind: 'approvals', operations: ['sign', 'sign'] },
    ]);
  });

  test('a blank HSM has no serial before it is prepared; afterwards it is the one that was written down', () => {
    const serialIn = (parts: readonly PaperPart[]) =>
      parts.flatMap((part) => (part.kind === 'expected' ? part.values : [])).find(([name]) => name === 'serial')?.[1];
    const tokens = plan.tokens.map((token) => ({ ...token, serial: null }));
    assert.equal(serialIn(partsOf('hsm-seen', {}, { ...plan, tokens })), 'none yet: it is blank');
    const left = tokens.map((token) => ({ ...token, expect: 'ledger' as const }));
    assert.equal(serialIn(partsOf('hsm-seen', {}, { ...plan, tokens: left })), 'as the ledger of before has it');
    assert.equal(serialIn(partsOf('root-key', {}, { ...plan, tokens })), 'as in step 8, after it was prepared');
    const known = plan.tokens.map((token) => ({ ...token, serial: 'S-1' }));
    assert.equal(serialIn(partsOf('hsm-seen', {}, { ...plan, tokens: known })), 'S-1');
  });

  test('a preparation gives every custodian a share of two sets, with the numbers of the plan', () => {
    const quorums = { ...plan.quorums, administer: 4, sign: 3 };
    const shares = partsOf('activation', {}, { ...plan, quorums }).filter((part) => part.kind === 'share');
    assert.equal(shares.length, 10);
    const numbers = shares.map(({ set, need, of }) => `${set} ${need} of ${of}`);
    assert.deepEqual([...new Set(numbers)], ['user 3 of 5', 'security officer 4 of 5']);
  });

  test('a rotation gives shares of the one set that it replaces', () => {
    const params = { token: 'root-hsm', set: 'user', holders: 'crypto-officer', envelopes: 'envelopes' };
    const shares = partsFor(stepOf('rotate-activation', params)).filter((part) => part.kind === 'share');
    assert.deepEqual(
      shares.map(({ set, seat }) => `${set} ${seat}`),
      (plan.seats['crypto-officer'] ?? []).map((seat) => `user ${seat}`),
    );
  });

  test('dates are said in words', () => {
    const [expected] = partsOf('root-certificate');
    assert.ok(expected?.kind === 'expected');
    assert.deepEqual(expected.values.slice(-4), [
      ['not before', 'the moment of the proposal, down to 1 minute'],
      ['not after', 'not-before plus 10 years minus 1 second'],
      ['profile', 'root'],
      ['file', 'root.crt'],
    ]);
  });
});

test('an attestation is signed under what is said; a sign-off without words has its own', () => {
  assert.deepEqual(partsOf('judged'), [
    { kind: 'signature', seat: stepsOf(plan).find(({ id }) => id === 'judged')?.by[0], text: '' },
  ]);
  const [part] = partsOf('sign-off');
  assert.equal(
    part?.kind === 'signature' && part.text,
    'The ceremony was done as recorded; the HSM is not to be used any more.',
  );
});
