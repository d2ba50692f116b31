import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OID } from '../../src/der/oid.ts';
import { enumerated, sequence } from '../../src/der/writer.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { reasonCode } from '../../src/x509/crl-extensions.ts';
import { SerialIndex } from '../../src/x509/serial-index.ts';
import { crlOf, entryOf, extensionDer } from './build.ts';

const AT = '2027-01-01T00:00:00Z';
const serialOf = (index: number) => `01${index.toString(16).padStart(8, '0')}`;
const entry = (serial: string, reason?: number) =>
  entryOf(
    Buffer.from(serial, 'hex'),
    AT,
    ...(reason === undefined ? [] : [extensionDer(OID.reasonCode, enumerated(reason))]),
  );
const listing = (...entries: readonly Uint8Array[]) => parseCrl(crlOf({ revoked: sequence(...entries) })).revoked;

describe('the entries of a CRL', () => {
  test('are found by their serial numbers, whole and exact', () => {
    const revoked = listing(
      ...Array.from({ length: 5000 }, (_, index) => entry(serialOf(index), [1, 4, 5][index % 3])),
    );
    for (const index of [0, 1, 2, 2499, 4999]) {
      const found = revoked.find(serialOf(index));
      assert.equal(found?.serial, serialOf(index));
      assert.equal(found?.at.at, AT);
      assert.equal(
        reasonCode(found?.extensions ?? []),
        ['keyCompromise', 'superseded', 'cessationOfOperation'][index % 3],
      );
    }
    for (const other of [serialOf(5000), '01', '', serialOf(3).slice(2), `${serialOf(3)}00`, `${serialOf(3)}0`, 'zz'])
      assert.equal(revoked.find(other), undefined, other);
    assert.deepEqual(revoked.repeated(), []);
  });

  test('that stand there again are named, and the first of them is found', () => {
    const revoked = listing(entry('05', 1), entry('06'), entry('05', 4), entry('05', 5), entry('06'));
    assert.deepEqual(revoked.repeated(), ['05', '05', '06']);
    assert.equal(reasonCode(revoked.find('05')?.extensions ?? []), 'keyCompromise');
  });

  test('are none where there is no list', () => {
    const { revoked } = parseCrl(crlOf({}));
    assert.deepEqual(
      [revoked.count, revoked.find('05'), revoked.repeated(), revoked.der.length],
      [0, undefined, [], 0],
    );
  });

  test('keep their own extensions where many forms take turns', () => {
    const reasons = Array.from({ length: 400 }, (_, index) => [1, 2, 3, 4, 5, 6, 8, 9, 10, undefined, 0][index % 11]);
    const revoked = listing(...reasons.map((reason, index) => entry(serialOf(index), reason)));
    const read = Array.from(revoked, ({ extensions }) => extensions[0]?.value.at(-1));
    assert.deepEqual(read, reasons);
  });

  test('are looked at a bounded number of times for each that is found, however many there are', () => {
    const [few, many] = [1000, 64_000].map((count) => {
      const bytes = Buffer.concat(Array.from({ length: count }, (_, index) => Buffer.from(serialOf(index), 'hex')));
      let looks = 0;
      const counted = (number: number) => {
        looks++;
        return bytes.subarray(number * 5, number * 5 + 5);
      };
      const index = new SerialIndex(counted, count);
      for (let number = 0; number < count; number++) index.add(bytes, number * 5, number * 5 + 5, number);
      for (let number = 0; number < count; number += 7) assert.equal(index.find(serialOf(number)), number);
      assert.deepEqual(index.repeated, []);
      return looks / count;
    });
    assert.ok(few !== undefined && many !== undefined && many < few * 1.5 && many < 20, `${few}, then ${many}`);
  });

  test('whose serial numbers all belong in one place are found, and named where they come again, without a look at each other', () => {
    const serials = alike();
    assert.ok(serials.length > 4000, `${serials.length} found`);
    const again = [...serials, ...serials.slice(0, 3), ...serials.slice(-2)];
    const bytes = Buffer.concat(again);
    let looks = 0;
    const counted = (number: number) => {
      looks++;
      return bytes.subarray(number * 6, number * 6 + 6);
    };
    const index = new SerialIndex(counted, again.length);
    for (let number = 0; number < again.length; number++) index.add(bytes, number * 6, number * 6 + 6, number);
    const hex = (octets: Uint8Array | undefined) => Buffer.from(octets ?? []).toString('hex');
    for (let number = 0; number < serials.length; number++) assert.equal(index.find(hex(serials[number])), number);
    assert.deepEqual(index.repeated, [...serials.slice(0, 3), ...serials.slice(-2)].map(hex));
    assert.equal(index.find('000000000000'), undefined);
    assert.ok(looks / again.length < 2, `${looks / again.length} looks for each`);
  });

  test('that are made to be compared are read one after the other, and not here and there for each pair', () => {
    const serials = alike().slice(0, 4000);
    // Room for looks is saved up by those that stand apart; and as many again come twice, in another order.
    const apart = Array.from({ length: 40_000 }, (_, index) => Buffer.from(`02${serialOf(index)}`, 'hex'));
    const again = apart.map((_, index) => apart[(index * 7919) % apart.length] as Buffer);
    for (const all of [
      [...apart, ...serials],
      [...apart, ...again],
    ]) {
      const bytes = Buffer.concat(all);
      let [looks, last] = [0, -1];
      const counted = (number: number) => {
        // What is beside the last one is in memory.
        if (Math.abs(number - last) > 1) looks++;
        last = number;
        return bytes.subarray(number * 6, number * 6 + 6);
      };
      const index = new SerialIndex(counted, all.length);
      for (let number = 0; number < all.length; number++) index.add(bytes, number * 6, number * 6 + 6, number);
      const expected = all.slice(apart.length).map((serial) => Buffer.from(serial).toString('hex'));
      assert.deepEqual(index.repeated, all.length === apart.length + serials.length ? [] : expected);
      assert.equal(index.find(Buffer.from(all.at(-1) ?? []).toString('hex')), all.indexOf(all.at(-1) as Buffer));
      assert.ok(looks < all.length / 10, `${looks} looks for ${all.length}`);
    }
  });
});

/** Serial numbers of six octets that have one hash: the states after the first three that lead to it by the last three. */
function alike(): Uint8Array[] {
  const [multiplier, inverse, first, wanted] = [0x9e3779b1, 0x0e8b2f51, 0x2545f491, 0x12345678];
  assert.equal(Math.imul(multiplier, inverse), 1);
  const step = (hash: number, octet: number) => {
    const mixed = Math.imul(hash ^ octet, multiplier);
    return mixed ^ (mixed >>> 15);
  };
  const back = (hash: number, octet: number) => Math.imul(hash ^ (hash >>> 15) ^ (hash >>> 30), inverse) ^ octet;
  const three = (number: number) => [number >>> 16, (number >>> 8) & 0xff, number & 0xff];
  const [heads, tails] = [2 ** 22, 2 ** 23];
  const slots = new Int32Array(heads).fill(-1);
  const next = new Int32Array(heads);
  const states = new Int32Array(heads);
  for (let number = 0; number < heads; number++) {
    const state = three(number).reduce(step, first);
    const slot = state & (heads - 1);
    states[number] = state;
    next[number] = slots[slot]!;
    slots[slot] = number;
  }
  const found: Uint8Array[] = [];
  for (let tail = 0; tail < tails; tail++) {
    const octets = three(tail);
    const state = octets.toReversed().reduce(back, wanted);
    for (let head = slots[state & (heads - 1)]!; head >= 0; head = next[head]!)
      if (states[head] === state) found.push(Uint8Array.from([...three(head), ...octets]));
  }
  return found;
}
