import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { wordRows } from '../../src/base/words.ts';
import type { Interjection } from '../../src/ports.ts';
import { typeHead } from '../../src/run/typed-head.ts';
import { ScriptedPeople } from './fakes.ts';

const HEAD = sha256('head');
const SEATS = ['dana', 'alice', 'bob'];
const row = (digest: string) => wordRows(digest).at(-1)?.words.join(' ') ?? '';

async function typed(answers: readonly (string | Interjection)[], choices: readonly string[] = []) {
  const people = new ScriptedPeople();
  people.answers.push(...answers);
  people.choices.push(...choices);
  return { ...(await typeHead(people, SEATS, HEAD)), people };
}

describe('the head that is on paper', () => {
  test('is typed by two different people, whom those who are there choose', async () => {
    const { typedBy, mistyped, abort, people } = await typed([row(HEAD), row(HEAD)], ['bob', 'alice']);
    assert.deepEqual([typedBy, mistyped, abort], [['bob', 'alice'], 0, undefined]);
    assert.deepEqual(people.offered, [SEATS, ['dana', 'alice']]);
    assert.deepEqual(
      people.questions.map(({ seat, shown, against }) => [seat, shown, against]),
      [
        ['bob', HEAD, 'paper'],
        ['alice', HEAD, 'paper'],
      ],
    );
  });

  test('is asked for until it is right, also of somebody else; each wrong one is counted', async () => {
    const wrong = row(sha256('another'));
    const { typedBy, mistyped, people } = await typed(
      [wrong, row(HEAD), '', `  ${row(HEAD).toUpperCase()} `],
      ['dana', 'alice', 'dana', 'bob'],
    );
    assert.deepEqual([typedBy, mistyped], [['alice', 'bob'], 2]);
    assert.equal(people.told.filter((line) => line.startsWith('That is not the last row')).length, 2);
  });

  test('that nobody has any more lets people end the ceremony, and do nothing else', async () => {
    const abort: Interjection = { interject: 'abort', why: 'The papers burned' };
    const pause: Interjection = { interject: 'pause', why: 'Lunch', stays: ['dana', 'bob'] };
    const found = await typed([pause, row(HEAD), abort], ['dana', 'dana', 'alice']);
    assert.deepEqual([found.typedBy, found.mistyped, found.abort], [['dana'], 0, abort]);
    assert.deepEqual(found.people.told, ['The ceremony has not gone on yet: type the words, or abort.']);
  });
});
