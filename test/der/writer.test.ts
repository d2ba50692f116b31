import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OID, oidName } from '../../src/der/oid.ts';
import { readDer } from '../../src/der/reader.ts';
import { checkDer } from '../../src/der/strict.ts';
import { TAG } from '../../src/der/tags.ts';
import { timeOf } from '../../src/der/time.ts';
import { hexOf, integerBytes, namedBits, oidOf } from '../../src/der/values.ts';
import * as der from '../../src/der/writer.ts';
import { bytes } from './refusal.ts';

test('one line for each function', () => {
  const table: readonly (readonly [Uint8Array, string])[] = [
    [der.boolean(true), '0101ff'],
    [der.boolean(false), '010100'],
    [der.nullValue(), '0500'],
    [der.integer(0), '020100'],
    [der.integer(127), '02017f'],
    [der.integer(128), '02020080'],
    [der.integer(-1), '0201ff'],
    [der.integer(-128), '020180'],
    [der.integer(-129), '0202ff7f'],
    [der.integer(2n ** 64n), '0209010000000000000000'],
    [der.integer(bytes('000080')), '02020080'],
    [der.integer(bytes('0000')), '020100'],
    [der.integer(bytes('7f')), '02017f'],
    [der.enumerated(5), '0a0105'],
    [der.octetString(bytes('aa'), bytes('bb')), '0402aabb'],
    [der.bitString(bytes('80'), 7), '03020780'],
    [der.bitString(bytes('')), '030100'],
    [der.namedBitString([5, 6]), '03020106'],
    [der.namedBitString([0]), '03020780'],
    [der.namedBitString([8]), '0303070080'],
    [der.namedBitString([]), '030100'],
    [der.oid('2.5.29.19'), '0603551d13'],
    [der.oid('1.2.840.113549.1.1.11'), '06092a864886f70d01010b'],
    [der.oid('2.999'), '06028837'],
    [der.utf8String('é'), '0c02c3a9'],
    [der.printableString('DE'), '13024445'],
    [der.ia5String('a@b'), '1603614062'],
    [der.sequence(der.nullValue(), der.boolean(true)), '300505000101ff'],
    [der.set(der.integer(2), der.integer(1), der.nullValue()), '31080201010201020500'],
    [der.explicit(3, der.nullValue()), 'a3020500'],
    [der.implicit(0, bytes('aabb')), '8002aabb'],
    [der.retag(0xa0, der.set(der.nullValue())), 'a0020500'],
    [der.raw(der.nullValue(), der.nullValue()), '05000500'],
    [der.header(TAG.sequence, 127), '307f'],
    [der.header(TAG.sequence, 128), '308180'],
    [der.header(TAG.sequence, 256), '30820100'],
    [der.header(TAG.sequence, 65536), '3083010000'],
    [der.header(TAG.sequence, 16777216), '308401000000'],
    [der.header(TAG.sequence, 4294967295), '3084ffffffff'],
  ];
  for (const [made, hex] of table) assert.equal(hexOf(made), hex);
});

test('times by the year (RFC 5280 §4.1.2.5)', () => {
  const table: readonly (readonly [string, 'utc' | 'generalized'])[] = [
    ['1949-12-31T23:59:59Z', 'generalized'],
    ['1950-01-01T00:00:00Z', 'utc'],
    ['2049-12-31T23:59:59Z', 'utc'],
    ['2050-01-01T00:00:00Z', 'generalized'],
    ['2028-02-29T01:02:03Z', 'utc'],
  ];
  for (const [at, form] of table) assert.deepEqual(timeOf(readDer(der.time(at), 'x'), 'x'), { at, form });
  assert.equal(
    hexOf(der.generalizedTime('2027-01-02T03:04:05Z')),
    `180f${Buffer.from('20270102030405Z').toString('hex')}`,
  );
});

test('what cannot be written is a bug', () => {
  const wrong: readonly (() => unknown)[] = [
    () => der.integer(1.5),
    () => der.integer(new Uint8Array()),
    () => der.oid('3.1'),
    () => der.oid('1.40'),
    () => der.oid('1'),
    () => der.oid('1.02'),
    () => der.printableString('a@b'),
    () => der.ia5String('é'),
    () => der.utf8String('\ud800'),
    () => der.bitString(bytes('81'), 1),
    () => der.bitString(bytes(''), 1),
    () => der.bitString(bytes('80'), 8),
    () => der.time('2027-02-29T00:00:00Z'),
    () => der.time('2027-01-01'),
    () => der.utcTime('2050-01-01T00:00:00Z'),
  ];
  for (const act of wrong) assert.throws(act, RangeError);
});

test('what is written is read back', () => {
  for (let i = 0; i < 2000; i++) {
    const n = BigInt.asIntN(70, BigInt(i * 7919) ** 3n * (i % 2 ? -1n : 1n));
    const content = hexOf(integerBytes(readDer(der.integer(n), 'x'), 'x'));
    assert.equal(BigInt.asIntN(content.length * 4, BigInt(`0x${content}`)), n);
  }
  for (const bits of [[0], [1, 7], [0, 8], [15], [3, 5, 9]])
    assert.deepEqual(namedBits(readDer(der.namedBitString(bits), 'x'), 'x'), bits);
  for (const length of [0, 127, 128, 255, 256, 65535, 65536]) checkDer(der.octetString(new Uint8Array(length)), 'x');
  assert.equal(der.sequence(der.octetString(new Uint8Array(70_000))).length, 5 + 5 + 70_000);
});

test('every identifier of the table is well formed, once, and has its name', () => {
  for (const [name, dotted] of Object.entries(OID)) {
    assert.equal(oidOf(readDer(der.oid(dotted), 'x'), 'x'), dotted);
    assert.equal(oidName(dotted), name);
  }
  assert.equal(oidName('1.2.3'), undefined);
});
