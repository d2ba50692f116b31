import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { wholeOf } from '../../src/base/octets.ts';
import { OID } from '../../src/der/oid.ts';
import { integer, sequence, time } from '../../src/der/writer.ts';
import { combinationFaults, constructedCrl, currentCrls, isDelta } from '../../src/x509/constructed-crl.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { cRLNumber, freshestCRL, reasonCode } from '../../src/x509/crl-extensions.ts';
import * as made from '../pki/broken.ts';

const { entry, reason } = made;
const crlOf = (number: bigint, revoked: readonly Uint8Array[], ...extra: readonly Uint8Array[]) =>
  parseCrl(
    made.crl({
      thisUpdate: time(`2027-03-0${number}T09:00:00Z`),
      ...(revoked.length === 0 ? {} : { revoked }),
      extensions: [made.authorityKeyId, made.crlNumber(number), ...extra],
    }),
  );
const from = (base: number) => made.extension(OID.deltaCRLIndicator, integer(base), true);
const freshest = made.extension(OID.freshestCRL, sequence(made.HTTP_POINT));
const COMPLETE = crlOf(2n, [entry(5), entry(6, [reason(6)]), entry(7, [reason(6)])], freshest);
const DELTA = crlOf(4n, [entry(9), entry(6, [reason(8)]), entry(7, [reason(4)])], from(2));

describe('the CRL that a complete one and a delta CRL make', () => {
  const both = constructedCrl(COMPLETE, DELTA);

  test('lists what the complete one has as the delta CRL has it, without what it removes, then what it adds', () => {
    assert.deepEqual(
      Array.from(both.revoked, ({ serial, extensions }) => [serial, reasonCode(extensions)]),
      [
        ['05', 'keyCompromise'],
        ['07', 'superseded'],
        ['09', 'keyCompromise'],
      ],
    );
    assert.equal(both.revoked.find('06'), undefined);
    assert.equal(both.revoked.find('07')?.at.at, '2027-02-01T00:00:00Z');
  });

  test('says of many what each of the two says', () => {
    const many = Array.from({ length: 120 }, (_, index) => entry(index + 1, [reason(6)]));
    const changed = [3, 1, 120, 60].map((serial) => entry(serial, [reason(serial === 60 ? 8 : 1)]));
    const added = [130, 131].map((serial) => entry(serial));
    const delta = crlOf(
      4n,
      [added[0], changed[0], changed[1], entry(140, [reason(8)]), added[1], ...changed.slice(2)] as Uint8Array[],
      from(2),
    );
    const expected = [
      ...many.map((was, index) => changed.find((_, at) => [3, 1, 120][at] === index + 1) ?? was).toSpliced(59, 1),
      ...added,
    ];
    const { revoked } = constructedCrl(crlOf(2n, many), delta);
    assert.deepEqual(Buffer.from(wholeOf(revoked.der)), Buffer.concat(expected));
  });

  test('has number and dates of the delta CRL, is none itself, and does not say where there are some', () => {
    assert.equal(cRLNumber(both.extensions), 4n);
    assert.equal(both.thisUpdate.at, '2027-03-04T09:00:00Z');
    assert.equal(isDelta(both), false);
    assert.equal(freshestCRL(both.extensions), undefined);
    assert.deepEqual(Buffer.from(both.issuer.der), Buffer.from(COMPLETE.issuer.der));
  });

  test('keeps the entries byte for byte, and lists none where all are removed', () => {
    const kept = constructedCrl(COMPLETE, crlOf(3n, [entry(9)], from(2)));
    assert.equal(Buffer.compare(kept.revoked.der.subarray(0, COMPLETE.revoked.der.length), COMPLETE.revoked.der), 0);
    const held = crlOf(2n, [entry(6, [reason(6)])]);
    const none = constructedCrl(held, crlOf(3n, [entry(6, [reason(8)])], from(2)));
    assert.equal(none.revokedPresent, false);
    assert.equal(constructedCrl(crlOf(2n, []), crlOf(3n, [], from(2))).revoked.count, 0);
  });

  test('of many thousands takes no longer than to read them', () => {
    const many = Array.from({ length: 30_000 }, (_, index) => entry(1000 + index));
    const long = constructedCrl(crlOf(2n, many), crlOf(3n, [entry(1000, [reason(4)]), entry(9)], from(2)));
    assert.equal(long.revoked.count, 30_001);
    assert.equal(reasonCode(long.revoked.find('03e8')?.extensions ?? []), 'superseded');
  });
});

test('they go together by issuer, key, scope and numbers', () => {
  assert.deepEqual(combinationFaults(COMPLETE, DELTA), []);
  assert.deepEqual(combinationFaults(crlOf(3n, []), DELTA), [], 'a complete one in between');
  assert.deepEqual(combinationFaults(COMPLETE, COMPLETE), ['it is no delta CRL']);
  assert.deepEqual(combinationFaults(DELTA, DELTA), ['the CRL that it would complete is a delta CRL itself']);
  assert.deepEqual(combinationFaults(crlOf(1n, []), DELTA), ['it starts from CRL 2, and the complete one is number 1']);
  assert.deepEqual(combinationFaults(crlOf(4n, []), DELTA), ['it has number 4, not above that of the complete one, 4']);
  assert.deepEqual(combinationFaults(crlOf(2n, [], made.issuingPoint(true, made.flag(2))), DELTA), [
    'their issuing distribution points differ',
  ]);
  const other = parseCrl(made.crl({ issuer: sequence(made.country), extensions: [made.crlNumber(2n)] }));
  assert.deepEqual(combinationFaults(other, DELTA), [
    'they have other issuers',
    'they name other keys of their issuer',
  ]);
});

test('of several CRLs each delta CRL is taken into its own, the newest; one that goes with none says nothing', () => {
  const later = crlOf(5n, [entry(9), entry(6, [reason(8)]), entry(7, [reason(4)]), entry(10)], from(2));
  const [now, ...more] = currentCrls([DELTA, COMPLETE, later]);
  assert.equal(more.length, 0);
  assert.deepEqual(
    Array.from(now?.revoked ?? [], ({ serial }) => serial),
    ['05', '07', '09', '0a'],
  );
  assert.deepEqual(
    currentCrls([crlOf(1n, []), DELTA]).map(({ extensions }) => cRLNumber(extensions)),
    [1n],
  );
  const complete = [COMPLETE, crlOf(1n, [])];
  assert.equal(currentCrls(complete), complete);
});
