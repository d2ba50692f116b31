import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import type { PlannedStep } from '../../src/plan/plan.ts';
import { addInGroups } from '../../src/run/add-files.ts';
import type { EventData, FileEvent } from '../../src/transcript/event.ts';
import { MemoryFiles } from './fakes.ts';

const STEP = { key: 'sign' } as PlannedStep;

/** What was there when each group of events was yielded, and their paths. */
async function groupsOf(all: Iterable<readonly [string, Uint8Array]>) {
  const files = new MemoryFiles();
  const groups: { readonly there: number; readonly events: readonly FileEvent[] }[] = [];
  for await (const yielded of addInGroups(files, STEP, all) as AsyncIterable<EventData | readonly FileEvent[]>)
    groups.push({ there: files.content.size, events: yielded as readonly FileEvent[] });
  return groups;
}

const named = (count: number, size: number) =>
  Array.from({ length: count }, (_, index) => [`f/${index}`, Buffer.alloc(size, index)] as const);

describe('files of a step', () => {
  test('each has its event, in their order, which says what it is', async () => {
    const [group, ...more] = await groupsOf([
      ['certificates/a.crt', Buffer.from('der')],
      ['publish/a.crt', Buffer.from('der too')],
    ]);
    assert.deepEqual(more, []);
    const event = { type: 'file', step: 'sign', medium: null } as const;
    assert.deepEqual(group?.events, [
      { ...event, path: 'certificates/a.crt', sha256: sha256('der'), size: 3 },
      { ...event, path: 'publish/a.crt', sha256: sha256('der too'), size: 7 },
    ]);
  });

  test('come in groups of at most 8,192, each there before its events, and no later one', async () => {
    const groups = await groupsOf(named(16_385, 1));
    assert.deepEqual(
      groups.map(({ there, events }) => [there, events.length]),
      [
        [8192, 8192],
        [16_384, 8192],
        [16_385, 1],
      ],
    );
    assert.deepEqual(
      groups.flatMap(({ events }) => events.map(({ path }) => path)),
      named(16_385, 1).map(([path]) => path),
    );
  });

  test('come in groups of at most 8 MiB; one that is larger is a group of its own', async () => {
    const mebibyte = 1024 * 1024;
    const sizes = [5, 3, 1, 9, 1].map((size, index) => [`f/${index}`, Buffer.alloc(size * mebibyte)] as const);
    assert.deepEqual(
      (await groupsOf(sizes)).map(({ events }) => events.length),
      [2, 1, 1, 1],
    );
  });

  test('are taken as they are written: a group is whole before the next file is made', async () => {
    const files = new MemoryFiles();
    const order: string[] = [];
    files.onChange = (change) => void order.push(change);
    const lazily = function* () {
      for (const [path, bytes] of named(8193, 1)) {
        order.push(`make ${path}`);
        yield [path, bytes] as const;
      }
    };
    for await (const group of addInGroups(files, STEP, lazily()) as AsyncIterable<unknown>)
      order.push(`commit ${(group as readonly FileEvent[]).length}`);
    assert.ok(order.indexOf('create f/0') < order.indexOf('commit 8192'));
    assert.ok(order.indexOf('commit 8192') < order.indexOf('create f/8192'));
  });

  test('none are no event', async () => {
    assert.deepEqual(await groupsOf([]), []);
  });
});
