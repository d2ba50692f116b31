import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDer } from '../../src/der/reader.ts';
import { timeOf } from '../../src/der/time.ts';
import {
  bitStringOf,
  integerBytes,
  namedBits,
  octetsOfBitString,
  oidOf,
  smallInteger,
  textOf,
  unsignedBytes,
} from '../../src/der/values.ts';
import { assertRefuses, bytes } from './refusal.ts';

function node(hex: string) {
  return readDer(bytes(hex), 'x');
}

test('object identifiers', () => {
  const table: readonly (readonly [string, string])[] = [
    ['0603 550403', '2.5.4.3'],
    ['0609 2a864886f70d01010b', '1.2.840.113549.1.1.11'],
    ['0605 2b81040022', '1.3.132.0.34'],
    ['0601 00', '0.0'],
    ['0601 27', '0.39'],
    ['0601 4f', '1.39'],
    ['0601 50', '2.0'],
    ['0602 8837', '2.999'],
  ];
  for (const [hex, dotted] of table) assert.equal(oidOf(node(hex), 'x'), dotted);
  // 2.25.UUID with an arc of 128 bits
  assert.equal(oidOf(node('0614 69 83ffffffffffffffffffffffffffffffffff7f'), 'x'), `2.25.${2n ** 128n - 1n}`);
});

test('small integers', () => {
  assert.equal(smallInteger(node('020100'), 'x', 5), 0);
  assert.equal(smallInteger(node('0203 010000'), 'x', 65536), 65536);
  assertRefuses(
    () => smallInteger(node('0201ff'), 'n', 5),
    'DER_INVALID',
    'x, byte 2: expected n from 0 to 5, found a negative number',
  );
  assertRefuses(
    () => smallInteger(node('020106'), 'n', 5),
    'DER_INVALID',
    'x, byte 2: expected n from 0 to 5, found 06 (hex)',
  );
  assertRefuses(
    () => smallInteger(node('0208 0100000000000000'), 'n', 5),
    'DER_INVALID',
    'x, byte 2: expected n from 0 to 5, found 0100000000000000 (hex)',
  );
});

test('unsigned numbers lose their sign octet', () => {
  assert.deepEqual([...unsignedBytes(node('0202 0080'), 'x')], [0x80]);
  assert.deepEqual([...unsignedBytes(node('020100'), 'x')], [0]);
  assert.deepEqual([...integerBytes(node('0202 0080'), 'x')], [0, 0x80]);
  assertRefuses(
    () => unsignedBytes(node('020180'), 'n'),
    'DER_INVALID',
    'x, byte 2: expected n to be positive, found a negative number',
  );
});

test('bit strings', () => {
  assert.deepEqual(bitStringOf(node('0302 0780'), 'x'), { unusedBits: 7, bytes: bytes('80') });
  assert.deepEqual(namedBits(node('0302 0106'), 'x'), [5, 6]);
  assert.deepEqual(namedBits(node('0303 070080'), 'x'), [8]);
  assert.deepEqual(namedBits(node('030100'), 'x'), []);
  assertRefuses(
    () => namedBits(node('0302 0006'), 'usage'),
    'DER_INVALID',
    'x, byte 2: expected the named bits of usage without trailing zero bits',
  );
  assertRefuses(
    () => namedBits(node('0303 000600'), 'usage'),
    'DER_INVALID',
    'x, byte 2: expected the named bits of usage without trailing zero bits',
  );
  assertRefuses(
    () => octetsOfBitString(node('0302 0106'), 'key'),
    'DER_INVALID',
    'x, byte 2: expected whole octets in the BIT STRING key, found 1 unused bits',
  );
});

test('texts', () => {
  assert.equal(textOf(node('0c02 c3a9'), 'x'), 'é');
  // The byte order mark is a character of the text, not of its encoding.
  assert.equal(textOf(node('0c03 efbbbf'), 'x'), '﻿');
  assert.equal(textOf(node('1401 e9'), 'x'), 'é');
  assert.equal(textOf(node('1e02 00e9'), 'x'), 'é');
  assert.equal(textOf(node('1c04 0001f600'), 'x'), '😀');
  assert.equal(textOf(node('1302 413d'), 'x'), 'A=');
});

test('times', () => {
  const text = (tag: string, value: string) =>
    node(`${tag}${value.length.toString(16).padStart(2, '0')}${Buffer.from(value).toString('hex')}`);
  assert.deepEqual(timeOf(text('17', '491231235959Z'), 'x'), { at: '2049-12-31T23:59:59Z', form: 'utc' });
  assert.deepEqual(timeOf(text('17', '500101000000Z'), 'x'), { at: '1950-01-01T00:00:00Z', form: 'utc' });
  assert.deepEqual(timeOf(text('17', '280229120000Z'), 'x'), { at: '2028-02-29T12:00:00Z', form: 'utc' });
  assert.deepEqual(timeOf(text('18', '20000229120000Z'), 'x'), { at: '2000-02-29T12:00:00Z', form: 'generalized' });
  assert.deepEqual(timeOf(text('18', '99991231235959Z'), 'x'), { at: '9999-12-31T23:59:59Z', form: 'generalized' });
  assertRefuses(
    () => timeOf(node('0500'), 'notBefore'),
    'DER_INVALID',
    'x, byte 0: expected UTCTime or GeneralizedTime for notBefore, found NULL',
  );
});
