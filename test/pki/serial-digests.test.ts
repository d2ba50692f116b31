import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { repeatedIn, SerialDigests } from '../../src/pki/serial-digests.ts';

const serialOf = (index: number) => createHash('sha256').update(String(index)).digest('hex').slice(0, 34);

describe('what is noted of serial numbers', () => {
  test('repeats for those that come again alone, among many', () => {
    const digests = new SerialDigests();
    const note = (text: string) => digests.note(Buffer.from(text), 0, text.length);
    for (let index = 0; index < 100_000; index++) note(serialOf(index));
    assert.equal(digests.repeated().size, 0);
    // Of other lengths, and one that another begins with.
    for (const text of ['00', '0000', '01', '10', serialOf(7).slice(0, 32), `${serialOf(7)}00`]) note(text);
    assert.equal(digests.repeated().size, 0);
    for (const index of [0, 50_000, 99_999]) note(serialOf(index).toUpperCase());
    note(serialOf(0));
    const again = [0, 50_000, 99_999].map((index) => digests.digestOf(Buffer.from(serialOf(index)), 0, 34));
    assert.deepEqual([...digests.repeated()].sort(), again.sort());
  });

  test('is compared in time that does not depend on what it is: where half of each digest is the same, too', () => {
    const count = 200_000;
    const digests = new Int32Array((count + 1) * 2);
    for (let index = 0; index < count; index++) digests.set([0x1234, Math.imul(index, 0x9e3779b1)], index * 2);
    digests.set([0x1234, Math.imul(7, 0x9e3779b1)], count * 2);
    const before = process.cpuUsage();
    const repeated = repeatedIn([digests.subarray(0, 1002), digests.subarray(1002)]);
    const { user, system } = process.cpuUsage(before);
    assert.deepEqual([...repeated], [(BigInt(Math.imul(7, 0x9e3779b1) >>> 0) << 32n) | 0x1234n]);
    assert.ok(user + system < 2_000_000, `${(user + system) / 1000} ms`);
  });

  test('is put in order where all would want one place', () => {
    const count = 200_000;
    const digests = new Int32Array((count + 2) * 2);
    const chosen = (index: number) => [(index & 0x1fff) << 19, (index >> 13) << 27] as const;
    for (let index = 0; index < count; index++) digests.set(chosen(index), index * 2);
    digests.set([...chosen(9), ...chosen(199_999)], count * 2);
    const before = process.cpuUsage();
    const repeated = repeatedIn([digests]);
    const { user, system } = process.cpuUsage(before);
    const named = [9, 199_999].map((index) => {
      const [low, high] = chosen(index);
      return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
    });
    assert.deepEqual([...repeated].sort(), named.sort());
    assert.ok(user + system < 2_000_000, `${(user + system) / 1000} ms`);
  });
});
