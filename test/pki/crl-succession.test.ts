import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OID } from '../../src/der/oid.ts';
import { generalizedTime } from '../../src/der/writer.ts';
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
      revoked.map(({ serial, reason: why, at: when }) => [Buffer.from(serial).toString('hex'), why, when]),
      [
        ['09', 'keyCompromise', '2027-02-01T00:00:00Z'],
        ['03', undefined, at],
        ['00c8', 'superseded', '2027-02-01T00:00:00Z'],
      ],
    );
  });

  test('does not follow one that it could not repeat', () => {
    const dated = extension(OID.invalidityDate, generalizedTime('2027-01-01T00:00:00Z'));
    const refused = (of: ReturnType<typeof before>, expected: RegExp) =>
      assertRefuses(() => crlAfter(of), 'PROFILE_INVALID', expected);
    refused(before(entry(9, [reason(1), dated])), /its entry of 09 has the extension invalidityDate/);
    refused(before(entry(9, [reason(0)])), /its entry of 09 gives the reason "unspecified"/);
    refused(parseCrl(crl({ extensions: [authorityKeyId] })), /it has no CRL number/);
  });
});
