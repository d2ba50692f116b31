import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StepTimes } from '../../src/cli/step-times.ts';
import type { People, Place } from '../../src/ports.ts';

const placeOf = (key: string) => ({ step: { key } }) as Place;

test('of each step the time between people beginning and ending it, added up where it is run again', async () => {
  let now = 0;
  const asked: string[] = [];
  const people = {
    enter: async ({ step }: Place) => {
      now += 1000;
      asked.push(`enter ${step.key}`);
      return undefined;
    },
    leave: async ({ step }: Place) => {
      now += 5000;
      asked.push(`leave ${step.key}`);
      return { interject: 'pause', why: 'lunch', stays: [] };
    },
    say: async (lines: readonly string[]) => void asked.push(...lines),
  } as unknown as People;
  const times = new StepTimes({ milliseconds: () => now });
  const watched = times.watching(people);
  for (const [key, takes] of [
    ['one', 20],
    ['two', 0.4],
    ['one', 7.2],
  ] as const) {
    assert.equal(await watched.enter(placeOf(key)), undefined);
    now += takes;
    assert.deepEqual(await watched.leave(placeOf(key), []), { interject: 'pause', why: 'lunch', stays: [] });
  }
  await watched.enter(placeOf('aborted'));
  await watched.say(['it is over']);
  assert.deepEqual(times.milliseconds, { one: 27, two: 0 });
  assert.deepEqual(asked, [
    ...['one', 'two', 'one'].flatMap((key) => [`enter ${key}`, `leave ${key}`]),
    'enter aborted',
    'it is over',
  ]);
});
