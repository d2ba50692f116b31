import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signIn } from '../../src/steps/sign-in.ts';
import { recordCeremony } from '../forge/record.ts';
import { facts, recordOf, terminalOf, withoutEvent } from './recording.ts';

/** A root generation in which people come and leave while the program runs. */
const { judges, recordedBy, stepOf } = recordOf(
  await recordCeremony({
    script: (text) =>
      text
        .replace(
          '- { id: documents,',
          '- { id: come, step: sign-in, each: all, say: "Sign the log." }\n      - { id: documents,',
        )
        .replace(
          '- { id: close,',
          '- { id: go, step: sign-out, each: all, say: "Sign the log." }\n      - { id: close,',
        ),
  }),
);
const KEY = 'come@gus';

judges(KEY, [
  ['nobody said so', withoutEvent(KEY, 'answer'), /has no answer of done by gus to what was asked$/],
  [
    'somebody else said so',
    facts(KEY, (_values, event) => {
      event.seat = 'dana';
    }),
    /has no answer of done by gus to what was asked$/,
  ],
]);

test('who says so is recorded', async () => {
  const { events, error } = await recordedBy(signIn, stepOf(KEY), terminalOf('done'));
  assert.equal(error, undefined);
  assert.deepEqual(
    events.map((event) => event.type === 'answer' && [event.seat, event.values]),
    [['gus', { answer: 'done' }]],
  );
});
