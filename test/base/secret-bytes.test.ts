import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secretBytes } from '../../src/base/secret-bytes.ts';

test('bytes for a secret are zeroes in memory of their own, which no other buffer shares', () => {
  for (const length of [0, 1, 32, 64, 5000]) {
    const bytes = secretBytes(length);
    assert.deepEqual(bytes, Buffer.alloc(length));
    assert.equal(bytes.buffer.byteLength, length);
    assert.equal(bytes.byteOffset, 0);
  }
  assert.notEqual(secretBytes(32).buffer, secretBytes(32).buffer);
});
