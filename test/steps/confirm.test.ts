import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { confirm } from '../../src/steps/confirm.ts';
import { facts, judges, recordedBy, stepOf, terminalOf, twice, withoutEvent } from './recorded.ts';

const MESSAGE = 'STEP-ANSWER step 4 "film" has no answer of yes or no by dana to what was asked';

judges('film', [
  ['nobody answered', withoutEvent('film', 'answer'), MESSAGE],
  [
    'somebody else did',
    facts('film', (_values, event) => {
      event.seat = 'gus';
    }),
    MESSAGE,
  ],
  [
    'something else was asked',
    facts('film', (_values, event) => {
      event.question = 'Is it dark?';
    }),
    MESSAGE,
  ],
  [
    'the answer is neither yes nor no',
    facts('film', (values) => {
      values.answer = 'done';
    }),
    MESSAGE,
  ],
  [
    'there is no answer in it',
    facts('film', (values) => {
      delete values.answer;
    }),
    MESSAGE,
  ],
  [
    'nobody checked it',
    facts('film', (_values, event) => {
      event.checkedBy = [];
    }),
    'STEP-ANSWER step 4 "film": the answer is checked by nobody; the plan says gus',
  ],
  [
    'more people checked it than the plan has',
    facts('film', (_values, event) => {
      event.checkedBy = ['gus', 'ivo'];
    }),
    'STEP-ANSWER step 4 "film": the answer is checked by gus, ivo; the plan says gus',
  ],
  [
    'it was answered twice',
    twice('film', 'answer'),
    'STEP-ANSWER step 4 "film": 2 answers are recorded, where one is asked for',
  ],
]);

describe('confirming', () => {
  const question = stepOf('film');
  const plain = { ...question, params: {} };

  test('a question is answered with yes or no', async () => {
    for (const answer of ['yes', 'no']) {
      const { terminal, asked } = terminalOf(answer);
      const { events } = await recordedBy(confirm, question, { terminal });
      assert.deepEqual(events, [
        {
          type: 'answer',
          step: 'film',
          seat: 'dana',
          checkedBy: ['gus'],
          question: 'Is the ceremony filmed?',
          values: { answer },
        },
      ]);
      assert.equal(asked[0]?.kind, 'yes-no');
    }
  });

  test('what was to be done is done, or nothing is recorded', async () => {
    assert.deepEqual(
      (await recordedBy(confirm, plain, terminalOf('done'))).events.map(({ type }) => type),
      ['answer'],
    );
    for (const [step, typed, expected] of [
      [plain, 'yes', 'done'],
      [plain, '', 'done'],
      [question, 'done', 'yes or no'],
      [question, 'Yes', 'yes or no'],
    ] as const) {
      const { events, error } = await recordedBy(confirm, step, terminalOf(typed));
      assert.deepEqual(events, []);
      assert.equal(String(error), `CeremonyError: "${typed}" is no answer, expected ${expected}`);
      assert.equal((error as { code?: string }).code, 'ANSWER_REFUSED');
    }
  });
});
