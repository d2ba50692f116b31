import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GrownMap } from '../../src/plan/grown-map.ts';

test('a map that has grown says what a copy would, and leaves those it grew from as they were', () => {
  const first = GrownMap.of(
    new Map([
      ['a', 1],
      ['b', 2],
    ]),
  );
  const second = first.with('c', 3);
  const third = second.with('a', 10);
  // Out of a map that another has grown out of already.
  const beside = second.with('d', 4);
  const besideFirst = first.with('a', 7);
  for (const [map, expected] of [
    [first, { a: 1, b: 2 }],
    [second, { a: 1, b: 2, c: 3 }],
    [third, { a: 10, b: 2, c: 3 }],
    [beside, { a: 1, b: 2, c: 3, d: 4 }],
    [besideFirst, { a: 7, b: 2 }],
  ] as const) {
    const entries = Object.entries(expected);
    assert.deepEqual([...map], entries);
    assert.deepEqual([...map.keys()], Object.keys(expected));
    assert.deepEqual([...map.values()], Object.values(expected));
    assert.equal(map.size, entries.length);
    for (const key of ['a', 'b', 'c', 'd', 'e']) {
      assert.equal(map.get(key), (expected as { [key: string]: number })[key]);
      assert.equal(map.has(key), key in expected);
    }
    const seen: [string, number][] = [];
    map.forEach((value, key) => {
      seen.push([key, value]);
    });
    assert.deepEqual(seen, entries);
  }
  assert.equal(GrownMap.of(second), second);
});
