import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OID } from '../../src/der/oid.ts';
import {
  boolean,
  enumerated,
  generalizedTime,
  integer,
  octetString,
  oid,
  sequence,
  time,
} from '../../src/der/writer.ts';
import { crlAfter } from '../../src/pki/crl-succession.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { assertRefuses } from '../der/refusal.ts';
import { authorityKeyId, crl, crlNumber, entry, extension, reason } from './broken.ts';

const BIG = 2n ** 150n;
const before = (...revoked: readonly Uint8Array[]) =>
  parseCrl(crl({ revoked, extensions: [authorityKeyId, crlNumber(BIG)] }));

describe('the CRL after one', () => {
  test('has the next number and every entry as it was, in the same order', () => {
    const at = '2027-02-02T00:00:00Z';
    const { number, revoked } = crlAfter(before(entry(9), entry(3, [], at), entry(200, [reason(4)])));
    assert.equal(number, BIG + 1n);
    assert.deepEqual(
      Array.from(revoked, ({ serial, reason: why, at: when }) => [Buffer.from(serial).toString('hex'), why, when]),
      [
        ['09', 'keyCompromise', '2027-02-01T00:00:00Z'],
        ['03', undefined, at],
        ['00c8', 'superseded', '2027-02-01T00:00:00Z'],
      ],
    );
  });

  test('keeps the date since when a key may have been in other hands', () => {
    const since = '2027-01-01T00:00:00Z';
    const [kept] = crlAfter(
      before(entry(9, [reason(1), extension(OID.invalidityDate, generalizedTime(since))])),
    ).revoked;
    assert.equal(kept?.reason, 'keyCompromise');
    assert.equal(kept?.invalidSince, since);
    const [dated] = crlAfter(before(entry(9, [extension(OID.invalidityDate, generalizedTime(since))]))).revoked;
    assert.equal(dated?.reason, undefined);
    assert.equal(dated?.invalidSince, since);
  });

  test('keeps the entries as they stand where they have the form of RFC 5280, and says them again where one has not', () => {
    const ours = before(entry(9), entry(3, []), entry(200, [reason(4)]));
    const { revoked } = crlAfter(ours);
    assert.ok('kept' in revoked);
    assert.deepEqual(revoked.kept.der, ours.revoked.der);
    const written = sequence(oid(OID.reasonCode), boolean(false), octetString(enumerated(4)));
    for (const other of [
      sequence(integer(7), generalizedTime('2027-02-01T00:00:00Z')),
      sequence(integer(7), time('2027-02-01T00:00:00Z'), sequence()),
      sequence(integer(7), time('2027-02-01T00:00:00Z'), sequence(written)),
    ]) {
      const again = crlAfter(before(entry(9), other)).revoked;
      assert.ok(!('kept' in again));
      assert.deepEqual(
        Array.from(again, ({ serial }) => serial[0]),
        [9, 7],
      );
    }
  });

  test('does not follow one that it could not repeat', () => {
    const dated = extension(OID.invalidityDate, generalizedTime('2027-01-01T00:00:00Z'));
    const refused = (of: ReturnType<typeof before>, expected: RegExp) =>
      assertRefuses(() => crlAfter(of), 'PROFILE_INVALID', expected);
    refused(before(entry(9, [dated, reason(1)])), /its entry of 09 has its reason after its invalidity date/);
    refused(
      before(entry(9, [extension(OID.certificateIssuer, new Uint8Array([0x30, 0x00]))])),
      /its entry of 09 has the extension certificateIssuer, which cannot be repeated/,
    );
    refused(before(entry(9, [reason(0)])), /its entry of 09 gives the reason "unspecified"/);
    refused(parseCrl(crl({ extensions: [authorityKeyId] })), /it has no CRL number/);
  });
});
