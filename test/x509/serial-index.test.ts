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
      const counted = new Proxy(bytes, {
        get: (target, name) => {
          looks++;
          return Reflect.get(target, name) as unknown;
        },
      });
      const index = new SerialIndex(counted, count, bytes);
      for (let number = 0; number < count; number++) index.add(number * 5, number * 5 + 5, number);
      for (let number = 0; number < count; number += 7) assert.equal(index.find(serialOf(number)), number);
      assert.deepEqual(index.repeated, []);
      return looks / count;
    });
    assert.ok(few !== undefined && many !== undefined && many < few * 1.5 && many < 20, `${few}, then ${many}`);
  });
});
