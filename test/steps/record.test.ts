import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { record } from '../../src/steps/record.ts';
import { facts, judges, recordedBy, stepOf, terminalOf, withoutEvent } from './recorded.ts';

const serial = (fault: string) => `STEP-FIELD step 5 "camera": "serial" is ${fault}`;

judges('camera', [
  ['nothing was typed', withoutEvent('camera', 'answer'), 'STEP-ANSWER step 5 "camera" recorded nothing'],
  [
    'the value is missing',
    facts('camera', (values) => {
      delete values.serial;
    }),
    serial('null: it is missing'),
  ],
  [
    'the value is no text',
    facts('camera', (values) => {
      values.serial = 7777;
    }),
    serial('7777: it is missing'),
  ],
  [
    'the value has not the shape',
    facts('camera', (values) => {
      values.serial = 'A777';
    }),
    serial('"A777": expected the shape #9999'),
  ],
  [
    'a value was typed that nobody asked for',
    facts('camera', (values) => {
      values.pin = '1234';
    }),
    'STEP-FIELD step 5 "camera": "pin" is no field of this step',
  ],
  [
    'somebody else typed it, and nobody checked it',
    facts('camera', (_values, event) => {
      event.seat = 'gus';
      event.checkedBy = [];
      event.question = 'Film.';
    }),
    [
      'STEP-ANSWER step 5 "camera": "gus" answered; the plan asks "dana"',
      'STEP-ANSWER step 5 "camera": "Film." was answered; the plan asks "Camera."',
      'STEP-ANSWER step 5 "camera": the answer is checked by nobody; the plan says gus',
    ],
  ],
]);

describe('recording', () => {
  const camera = stepOf('camera');
  const withField = (field: object) => ({ ...camera, fields: { value: field as never } });

  const taken: readonly (readonly [type: string, typed: string])[] = [
    ['utc', '2027-03-10T09:00:00Z'],
    ['date', '2028-02-29'],
    ['integer', '0'],
    ['integer', '1234567890123456'],
    ['text', 'Größe “2”'],
    ['serial', 'x'],
  ];
  for (const [type, typed] of taken) {
    test(`${type} takes ${JSON.stringify(typed)}`, async () => {
      const { events } = await recordedBy(record, withField({ type }), terminalOf(typed));
      assert.deepEqual(
        events.map((event) => (event.type === 'answer' ? event.values : undefined)),
        [{ value: typed }],
      );
    });
  }

  const refused: readonly (readonly [field: object, typed: string, why: string])[] = [
    [{ type: 'utc' }, '2027-03-10 09:00', 'expected UTC such as 2027-03-01T09:00:00Z'],
    [{ type: 'utc' }, '2027-02-30T09:00:00Z', 'expected UTC such as 2027-03-01T09:00:00Z'],
    [{ type: 'date' }, '2027-02-29', 'expected a date such as 2027-03-01'],
    [{ type: 'integer' }, '07', 'expected a whole number'],
    [{ type: 'integer' }, '-1', 'expected a whole number'],
    [{ type: 'integer' }, '12345678901234567', 'expected a whole number'],
    [{ type: 'text' }, '', 'expected 1 to 200 characters'],
    [{ type: 'text' }, 'x'.repeat(201), 'expected 1 to 200 characters'],
    [{ type: 'text' }, 'safe \u202eefas', 'a character in it may hide or change what people read'],
    [{ type: 'text' }, 'two\tcolumns', 'a character in it may hide or change what people read'],
    [{ type: 'serial', shape: '#-99' }, 'a-12', 'expected the shape #-99'],
    [{ type: 'serial', shape: '#-99' }, 'A-123', 'expected the shape #-99'],
  ];
  for (const [field, typed, why] of refused) {
    test(`${JSON.stringify(field)} refuses ${JSON.stringify(typed.slice(0, 20))}`, async () => {
      const { events, error } = await recordedBy(record, withField(field), terminalOf(typed));
      assert.deepEqual(events, []);
      assert.equal((error as Error).message, `"value" was typed as "${typed}": ${why}`);
      assert.equal((error as { code?: string }).code, 'ANSWER_REFUSED');
    });
  }

  test('what is typed twice must be typed alike', async () => {
    const step = withField({ type: 'text', twice: true });
    const { terminal, asked } = terminalOf('seal 17', 'seal 17');
    assert.equal((await recordedBy(record, step, { terminal })).events.length, 1);
    assert.equal(asked[0]?.text, `${step.say} Type "value"`.trim());
    assert.match(asked[1]?.text ?? '', /\(again, by another person\)$/);
    const { error } = await recordedBy(record, step, terminalOf('seal 17', 'seal 71'));
    assert.equal((error as Error).message, '"value" was typed differently the second time');
  });
});
