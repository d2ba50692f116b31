import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PLANNED_WHY } from '../../src/plan/adjournment.ts';
import type { Interrupted } from '../../src/run/recovery.ts';
import { committedPart } from '../../src/transcript/committed.ts';
import { lastRow } from '../sessions/table.ts';
import { CLOSE, clockOf, fakeType, MemoryFiles, QUIET, run, told } from './fakes.ts';

const ADJOURN = fakeType('adjourn', async function* (step) {
  yield { type: 'observation', step: step.key, subject: 'adjournment', facts: { atMost: 'PT20H' } };
});
const ACTS = [{ steps: ['quiet', 'adjourn'] }, { steps: ['quiet', 'close'] }];
const TYPES = [QUIET, ADJOURN, CLOSE];
const EVENING = '2027-03-10T17:00:00Z';

/** What the first day leaves. */
async function dayOne(): Promise<{ files: MemoryFiles; interrupted: Interrupted }> {
  const files = new MemoryFiles();
  await assert.rejects(run(ACTS, TYPES, { files, clock: clockOf(EVENING) }), {
    code: 'CEREMONY_ADJOURNED',
    message: 'the ceremony is adjourned at the end of act 1, for PT20H at most',
  });
  const committed = committedPart(await files.read('events.jsonl'), await files.read('chain.jsonl'));
  return { files, interrupted: { ...committed, recovered: [] } };
}

/** The second, begun then. @param typed what is typed besides the head, in turn */
async function dayTwo(morning: string, ...typed: string[]) {
  const { files, interrupted } = await dayOne();
  const row = lastRow(interrupted.heads.at(-1) ?? '');
  return await run(ACTS, TYPES, { files, interrupted, clock: clockOf(morning) }, (people) => {
    people.answers.push(row, row, ...typed);
    people.choices.push('dana', 'gus');
  });
}

describe('a day that the script ends', () => {
  test('ends the program with its act, and nothing is aborted or closed', async () => {
    const { interrupted } = await dayOne();
    assert.deepEqual(told(interrupted.events).slice(-4), [
      'adjourn begin',
      'adjourn saw adjournment',
      'adjourn end',
      'act 0 end',
    ]);
  });

  test('is gone on after, with the head typed by two and the quorum told, and nobody is asked why', async () => {
    const { outcome, people } = await dayTwo('2027-03-11T09:00:00Z');
    const resume = outcome.events.find((event) => event.type === 'resume');
    assert.deepEqual([resume?.typedBy, resume?.step], [['dana', 'gus'], '']);
    const deviation = outcome.events.find((event) => event.type === 'deviation');
    assert.deepEqual([deviation?.effect, deviation?.why], ['resume', PLANNED_WHY]);
    assert.equal(deviation?.what, 'The ceremony was adjourned by its script, after event 9, and goes on');
    assert.ok(!people.questions.some(({ subject }) => subject === 'interruption'));
    assert.ok(people.told.some((line) => line.startsWith('THIS CEREMONY WAS ADJOURNED')));
    assert.equal(outcome.outcome, 'complete');
  });

  test('is asked about where it comes late, and what people say is what the quorum reads', async () => {
    const { outcome, people } = await dayTwo('2027-03-11T13:00:01Z', 'The road was closed');
    const asked = people.questions.find(({ subject }) => subject === 'interruption');
    assert.equal(asked?.text, 'Why does the ceremony go on only now, and not within PT20H?');
    const deviation = outcome.events.find((event) => event.type === 'deviation');
    assert.equal(deviation?.why, 'The road was closed');
  });
});
