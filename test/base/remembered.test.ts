import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kept, remembered } from '../../src/base/remembered.ts';

function counted() {
  const asked: bigint[] = [];
  const isEven = remembered((n) => {
    asked.push(n);
    return n % 2n === 0n ? true : undefined;
  });
  return { asked, isEven };
}

test('each number is worked out once, whatever its answer is, and no other gets its answer', () => {
  const { asked, isEven } = counted();
  const great = 1n << 4096n;
  for (let round = 0; round < 3; round++) {
    assert.equal(isEven(great), true);
    assert.equal(isEven(great + 1n), undefined);
    assert.equal(isEven(great + 2n), true);
  }
  assert.deepEqual(asked, [great, great + 1n, great + 2n]);
});

test('the number that was asked for longest ago is forgotten, and worked out again', () => {
  const { asked, isEven } = counted();
  for (let n = 0n; n < 64n; n++) isEven(n);
  isEven(0n);
  assert.equal(asked.length, 64);
  isEven(64n);
  assert.equal(isEven(0n), true);
  assert.equal(asked.length, 65);
  assert.equal(isEven(1n), undefined);
  assert.equal(asked.at(-1), 1n);
  assert.equal(asked.length, 66);
});

test('of answers by a key, one that was refused is asked for again', () => {
  const known = kept<string, number>(2);
  assert.throws(() => known('a', () => assert.fail('no answer')), /no answer/);
  assert.equal(
    known('a', () => 1),
    1,
  );
  assert.equal(
    known('a', () => assert.fail('asked again')),
    1,
  );
});
