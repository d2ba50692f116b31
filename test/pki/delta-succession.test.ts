import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OID } from '../../src/der/oid.ts';
import { integer } from '../../src/der/writer.ts';
import { crlAfter, crlWith } from '../../src/pki/crl-succession.ts';
import { deltaAfter } from '../../src/pki/delta-succession.ts';
import { lastCrlOf } from '../../src/pki/last-crl.ts';
import { type CrlRequest, crlRequestProblems, type Revocation } from '../../src/pki/request.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { assertRefuses } from '../der/refusal.ts';
import * as made from './broken.ts';

const { entry, reason } = made;
const AT = '2027-02-01T00:00:00Z';
const serial = (number: number) => Uint8Array.of(number);
const revocation = (number: number, why: Revocation['reason']): Revocation => ({
  ...{ serial: serial(number), at: AT, reason: why },
});
const crl = (number: bigint, revoked: readonly Uint8Array[], base?: number) =>
  parseCrl(
    made.crl({
      revoked,
      extensions: [
        made.authorityKeyId,
        made.crlNumber(number),
        ...(base === undefined ? [] : [made.extension(OID.deltaCRLIndicator, integer(base), true)]),
      ],
    }),
  );
const COMPLETE = crl(2n, [entry(5), entry(6, [reason(6)])]);
const DELTA = crl(3n, [entry(7, [reason(6)]), entry(8)], 2);
const words = (revoked: Iterable<Revocation>) =>
  Array.from(revoked, (one) => `${Buffer.from(one.serial).toString('hex')} ${one.reason}`);

describe('a delta CRL after a complete one', () => {
  test('starts from it, has the next number, and lists what is new, changed and released', () => {
    const { base, number, revoked } = deltaAfter(
      lastCrlOf(COMPLETE, undefined),
      [revocation(9, 'superseded')],
      [serial(6)],
    );
    assert.deepEqual([base, number, words(revoked)], [2n, 3n, ['09 superseded', '06 removeFromCRL']]);
    const changed = deltaAfter(lastCrlOf(COMPLETE, undefined), [revocation(6, 'keyCompromise')], []);
    assert.deepEqual(words(changed.revoked), ['06 keyCompromise']);
  });

  test('after another delta CRL repeats all of it, each entry in its place, changed where it changes', () => {
    const last = lastCrlOf(COMPLETE, DELTA);
    const { base, number, revoked } = deltaAfter(last, [revocation(9, 'superseded')], [serial(7)]);
    assert.deepEqual(
      [base, number, words(revoked)],
      [2n, 4n, ['07 removeFromCRL', '08 keyCompromise', '09 superseded']],
    );
    const again = lastCrlOf(COMPLETE, crl(4n, [entry(7, [reason(8)]), entry(8)], 2));
    assert.deepEqual(words(deltaAfter(again, [], []).revoked), ['07 removeFromCRL', '08 keyCompromise']);
    assert.deepEqual(words(deltaAfter(again, [revocation(7, 'keyCompromise')], []).revoked), [
      '07 keyCompromise',
      '08 keyCompromise',
    ]);
  });

  test('releases what is on hold, and nothing else', () => {
    const last = lastCrlOf(COMPLETE, DELTA);
    for (const [number, why] of [
      [5, 'has it revoked for good'],
      [9, 'does not list it'],
    ] as const)
      assertRefuses(
        () => deltaAfter(last, [], [serial(number)]),
        'REVOCATION_UNFIT',
        new RegExp(`^0${number} is released, and the last CRL ${why}$`),
      );
  });

  test('releases nothing that it revokes, and nothing twice', () => {
    const last = lastCrlOf(COMPLETE, undefined);
    for (const added of [serial(6), Uint8Array.of(0, 6)])
      assertRefuses(
        () => deltaAfter(last, [{ ...revocation(6, 'keyCompromise'), serial: added }], [serial(6)]),
        'REVOCATION_UNFIT',
        /^(?:00)?06 is released, and the same CRL revokes it \(keyCompromise\)$/,
      );
    assertRefuses(() => deltaAfter(last, [], [serial(6), serial(6)]), 'REVOCATION_UNFIT', /^06 is released twice$/);
  });

  test('goes with the complete one by its numbers', () =>
    assertRefuses(
      () => lastCrlOf(crl(4n, [entry(5)]), DELTA),
      'CRL_UNFIT',
      /^the last delta CRL does not go with the last complete one: it has number 3, not above that of the complete one, 4$/,
    ));
});

describe('a complete CRL after a delta CRL', () => {
  test('lists what both say, under the next number', () => {
    const { number, revoked } = crlAfter(lastCrlOf(COMPLETE, DELTA).state);
    assert.deepEqual(
      [number, words(revoked)],
      [4n, ['05 keyCompromise', '06 certificateHold', '07 certificateHold', '08 keyCompromise']],
    );
  });

  test('revokes for good what was on hold where it stands, and adds what is new behind it', () => {
    const after = crlWith(crlAfter(COMPLETE), [revocation(9, 'superseded'), revocation(6, 'keyCompromise')]);
    assert.deepEqual(words(after?.revoked ?? []), ['05 keyCompromise', '06 keyCompromise', '09 superseded']);
  });
});

test('a request is of a delta CRL or of a complete one', () => {
  const dates = { thisUpdate: '2027-03-01T09:00:00Z', nextUpdate: '2027-04-01T09:00:00Z' };
  const of = (request: Partial<CrlRequest>) =>
    crlRequestProblems({ ...dates, number: 3n, revoked: [], ...request } as CrlRequest);
  assert.deepEqual(of({ base: 2n, revoked: [revocation(6, 'removeFromCRL')] }), []);
  assert.deepEqual(of({ revoked: [revocation(6, 'removeFromCRL')] }), ['06 is removed, and only a delta CRL says so']);
  assert.deepEqual(of({ base: 3n }), [
    'the number 3 of a delta CRL is not above 3, that of the CRL which it starts from',
  ]);
  assert.deepEqual(of({ base: 2n, freshest: 'http://pki.example.com/d.crl' }), [
    'a delta CRL does not say where to find delta CRLs',
  ]);
});
