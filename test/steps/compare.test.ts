import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { wordRows } from '../../src/base/words.ts';
import { compare } from '../../src/steps/compare.ts';
import {
  AUTHORIZATION,
  facts,
  judges,
  PLAN,
  recordedBy,
  resultFacts,
  stepOf,
  terminalOf,
  withoutEvent,
} from './recorded.ts';

const finding = (number: string, step: string, value: string) =>
  `STEP-COMPARE step ${number} "${step}": the words typed for "${value}" are not those of the recorded value`;

judges('documents', [
  ['nobody compared', withoutEvent('documents', 'answer'), finding('1', 'documents', 'authorization')],
  [
    'other words were typed',
    facts('documents', (values) => {
      values.words.authorization = 'aardvark absurd';
    }),
    finding('1', 'documents', 'authorization'),
  ],
  [
    'no words were typed',
    facts('documents', (values) => {
      values.words = {};
    }),
    finding('1', 'documents', 'authorization'),
  ],
  [
    'the words are no object',
    facts('documents', (values) => {
      values.words = null;
    }),
    finding('1', 'documents', 'authorization'),
  ],
]);

judges('key-read', [
  [
    'one of those who check was not there',
    facts('key-read', (_values, event) => {
      event.checkedBy = event.checkedBy.filter((seat: string) => seat !== 'gus');
    }),
    /^STEP-COMPARE step 14 "key-read": the answer is checked by [a-z, ]+; the plan says .*gus.*$/,
  ],
  [
    'it was compared with print, and there is none of it yet',
    facts('key-read', (values) => {
      values.against = 'print';
    }),
    'STEP-COMPARE step 14 "key-read": it was compared with "print", not paper',
  ],
  [
    'another key was generated than was compared',
    resultFacts('root-key', (all) => {
      all.spkiSha256 = 'ff'.repeat(32);
    }),
    finding('14', 'key-read', 'root-key.spki'),
  ],
  [
    'the key has no digest in the record',
    resultFacts('root-key', (all) => {
      delete all.spkiSha256;
    }),
    finding('14', 'key-read', 'root-key.spki'),
  ],
]);

describe('comparing', () => {
  const step = {
    ...stepOf('documents'),
    params: { values: ['authorization', 'script', 'site', 'roster'], against: 'print' },
  };
  const rows = [AUTHORIZATION.digest, PLAN.script, PLAN.site, AUTHORIZATION.roster].map(
    (digest) => wordRows(digest).at(-1)?.words.join(' ') ?? '',
  );

  test('each value is compared with its own print, in any case of letters', async () => {
    const { terminal, asked } = terminalOf(rows[0] ?? '', ` ${rows[1]?.toUpperCase()} `, rows[2] ?? '', rows[3] ?? '');
    const { events, error } = await recordedBy(compare, step, { terminal });
    assert.equal(error, undefined);
    assert.deepEqual(
      asked.map(({ kind }) => kind),
      ['words', 'words', 'words', 'words'],
    );
    const [answer] = events;
    assert.deepEqual(answer?.type === 'answer' ? answer.values : undefined, {
      against: 'print',
      words: { authorization: rows[0], script: rows[1], site: rows[2], roster: rows[3] },
    });
  });

  test('words of another value are refused, and nothing is recorded', async () => {
    const { events, error } = await recordedBy(compare, step, terminalOf(rows[1] ?? ''));
    assert.deepEqual(events, []);
    assert.equal((error as { code?: string }).code, 'COMPARISON_FAILED');
    assert.equal(
      (error as Error).message,
      `"authorization": typed "${rows[1]}" from print, the screen shows "${rows[0]}"`,
    );
  });

  test('nothing is no answer', async () => {
    assert.equal(
      ((await recordedBy(compare, step, terminalOf(''))).error as { code?: string }).code,
      'COMPARISON_FAILED',
    );
  });
});
