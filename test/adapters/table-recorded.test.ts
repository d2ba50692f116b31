import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { recordedRows } from '../../src/adapters/table/recorded.ts';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import type { EventData } from '../../src/transcript/event.ts';

const rowsOf = (data: EventData, seq = 7) =>
  recordedRows([{ ...data, seq, at: '2027-03-10T09:00:00Z', salt: '00'.repeat(16) }]);

describe('what a step left in the record', () => {
  const proposed = {
    type: 'proposed',
    at: '2027-03-10T09:00:00Z',
    step: 'root-key',
    operation: 'generate-key',
    descriptor: {},
    digest: sha256('descriptor'),
    expires: '2027-03-10T10:00:00Z',
    payload: null,
    lint: [],
  } as const;
  const cases: readonly (readonly [name: string, event: EventData, rows: readonly string[]])[] = [
    [
      'an answer, and whose it is',
      { type: 'answer', step: 'x', seat: 'dana', checkedBy: [], question: '', values: { serial: 'A1', day: 'Monday' } },
      ['dana: serial A1, day Monday'],
    ],
    [
      'what was seen',
      {
        type: 'observation',
        step: 'x',
        subject: 'clock',
        facts: { offset: 'PT2S', list: ['a', 'b'], inner: { n: 1 } },
      },
      ['seen: clock', '  offset: PT2S', '  list: a; b', '  inner: n 1'],
    ],
    [
      'what is to be approved',
      proposed,
      [`proposed: generate-key for step root-key, SHA-256 ${sha256('descriptor').slice(0, 16)}…`],
    ],
    [
      'an approval',
      { type: 'approval', proposal: 3, seat: 'alice', signature: NO_DIGEST, token: 'token-3', origin: 'attested' },
      ['approved: alice, token token-3'],
    ],
    ['a refusal by a person', { type: 'declined', proposal: 3, seat: 'bob', reason: 'no' }, ['DECLINED: bob: no']],
    [
      'a refusal by the program',
      { type: 'refusal', step: 'x', code: 'PIN_INCORRECT', message: 'wrong', seat: 'bob', proposal: null },
      ['refused: PIN_INCORRECT: wrong'],
    ],
    [
      'what was done',
      { type: 'result', proposal: 3, outcome: 'done', facts: { label: 'root', spki: 'x'.repeat(200), note: '' } },
      ['done by the HSM', '  label: root', `  spki: ${'x'.repeat(200)}`],
    ],
    [
      'what failed',
      { type: 'result', proposal: 3, outcome: 'failed', facts: { code: 'HSM_DEVICE_ERROR' } },
      ['FAILED', '  code: HSM_DEVICE_ERROR'],
    ],
    [
      'a statement',
      {
        type: 'statement',
        step: 'x',
        seat: 'ivo',
        kind: 'attestation',
        evidence: 'paper',
        statement: null,
        signature: null,
        facts: {},
      },
      ['attestation of ivo, by paper'],
    ],
    [
      'a file',
      { type: 'file', step: 'x', path: 'root.crt', sha256: NO_DIGEST, size: 3, medium: null },
      ['written: root.crt, 3 bytes'],
    ],
    [
      'a file on a medium',
      { type: 'file', step: 'x', path: 'root.crt', sha256: NO_DIGEST, size: 3, medium: 'evidence 1' },
      ['written to evidence 1: root.crt, 3 bytes'],
    ],
    [
      'a deviation',
      { type: 'deviation', step: 'x', what: 'No film', why: 'Lost', effect: 'none', names: [], agreed: ['dana'] },
      ['deviation: No film (Lost)'],
    ],
    [
      'a correction',
      {
        type: 'correction',
        step: 'x',
        answer: 2,
        seat: 'dana',
        checkedBy: [],
        values: { serial: 'B1' },
        why: 'Misread',
      },
      ['corrected: serial B1 (Misread)'],
    ],
  ];
  for (const [name, event, rows] of cases) test(name, () => assert.deepEqual(rowsOf(event), rows));

  test('nothing of the frame of a step', () => {
    assert.deepEqual(
      rowsOf({ type: 'step', step: 'x', number: '1', kind: 'confirm', by: [], check: [], phase: 'begin', why: '' }),
      [],
    );
  });

  test('facts are shown whole, however long they are, but for those without a text', () => {
    const facts = { long: 'x'.repeat(900), none: [], nothing: null, no: false, empty: '' };
    assert.deepEqual(rowsOf({ type: 'observation', step: 'x', subject: 'all', facts }), [
      'seen: all',
      `  long: ${'x'.repeat(900)}`,
      '  none: none',
      '  nothing: null',
      '  no: false',
    ]);
  });

  test('what is on a token, object by object, and how many ways of using it there are', () => {
    const object = {
      class: 'private-key',
      label: 'root',
      id: 'ac10',
      attributes: { TOKEN: true, LABEL: 'root', ID: 'ac10', KEY_TYPE: 'CKK_EC', EXTRACTABLE: false, SENSITIVE: true },
      unreported: ['WRAP_WITH_TRUSTED'],
      spki: null,
      spkiSha256: null,
      valueSha256: null,
    };
    const half = { ...object, class: 'public-key', id: null, attributes: {}, unreported: 'none' };
    const facts = {
      objects: [object, { ...half, spki: 'x'.repeat(90), spkiSha256: 'ab12', valueSha256: 'cd34' }],
      mechanisms: ['CKM_A', 'CKM_B'],
    };
    assert.deepEqual(rowsOf({ type: 'observation', step: 'x', subject: 'token', facts }), [
      'seen: token',
      '  objects: 2',
      '  1  private-key "root", id ac10',
      '     is TOKEN, SENSITIVE',
      '     is not EXTRACTABLE',
      '     KEY_TYPE CKK_EC',
      '     does not report WRAP_WITH_TRUSTED',
      '  2  public-key "root", id none',
      '     key, by its SHA-256 ab12',
      '     value, by its SHA-256 cd34',
      '  mechanisms: 2, each named in the record',
    ]);
  });

  test('objects of another shape are shown whole, as anything else is', () => {
    const facts = { objects: [{ class: 'data' }], mechanisms: 'unknown' };
    assert.deepEqual(rowsOf({ type: 'observation', step: 'x', subject: 'token', facts }), [
      'seen: token',
      '  objects: class data',
      '  mechanisms: unknown',
    ]);
    const none = { objects: [], mechanisms: [] };
    assert.deepEqual(rowsOf({ type: 'observation', step: 'x', subject: 'token', facts: none }), [
      'seen: token',
      '  objects: none',
      '  mechanisms: none',
    ]);
  });

  test('event after event, in their order', () => {
    const frame = { at: '', salt: '', type: 'declined', proposal: 1, reason: 'no' } as const;
    assert.deepEqual(
      recordedRows([
        { ...frame, seq: 1, seat: 'alice' },
        { ...frame, seq: 2, seat: 'bob' },
      ]),
      ['DECLINED: alice: no', 'DECLINED: bob: no'],
    );
  });
});

test('many files in one place are counted, and stand below what was done', () => {
  const stamp = { at: '2027-03-10T09:00:00Z', salt: '00'.repeat(16) };
  const files = Array.from({ length: 7 }, (_, index) => ({
    type: 'file' as const,
    step: 'x',
    path: `e${index}.p7m`,
    sha256: NO_DIGEST,
    size: 5,
    medium: 'envelopes 1',
    seq: index + 1,
    ...stamp,
  }));
  const done = { type: 'result' as const, proposal: 3, outcome: 'done' as const, facts: {}, seq: 8, ...stamp };
  assert.deepEqual(recordedRows([...files, done]), ['done by the HSM', 'written to envelopes 1: 7 files']);
});
