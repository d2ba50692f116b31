import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { describe, test } from 'node:test';
import { hexGroups } from '../../src/base/digest.ts';
import { addedList, addedListLines } from '../../src/quorum/added-list.ts';
import { crlChangeLines } from '../../src/quorum/crl-changes.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import * as made from '../pki/broken.ts';

/** As people bring it. */
const LIST = `serialNumber,revocationDate,reasonCode,invalidityDate
05,2027-03-01T09:00:00Z,superseded,
4a06,2027-03-01T09:00:00Z,superseded,
07,2027-03-01T09:00:00Z,keyCompromise,
`;
const [SUPERSEDED, LOST] = [[made.reason(4)], [made.reason(1)]];
const LISTED = [made.entry(5, SUPERSEDED), made.entry(0x4a06, SUPERSEDED), made.entry(7, LOST)];
const crl = (...revoked: readonly Uint8Array[]) => parseCrl(made.crl(revoked.length === 0 ? {} : { revoked }));
const AT = crl(made.entry(5, SUPERSEDED)).revoked.find('05')?.at.at ?? '';
const list = LIST.replaceAll('2027-03-01T09:00:00Z', AT);
const digest = hash('sha256', list);

describe('what a CRL adds, in all', () => {
  test('has the digest of the list as it came in, whatever stood there before', () => {
    const before = crl(made.entry(3, LOST));
    const next = crl(made.entry(3, LOST), ...LISTED);
    const lines = crlChangeLines(next, before);
    assert.deepEqual(lines.slice(2 + 6, 2 + 6 + 9), [
      'IN ALL      3 ADDED',
      '            2 superseded',
      '            1 keyCompromise',
      `dated       ${AT}`,
      '            none with an invalidity date',
      'first       05',
      'last        07',
      'as a list   in this order, as revocations come in (CSV), SHA-256 of the file:',
      `            ${hexGroups(digest)[0]}`,
    ]);
    assert.equal(lines.at(-1), '            Compare it with that of the list, computed on another computer.');
    // Where an entry is gone the rest is looked for one by one, and is the same.
    assert.equal(
      crlChangeLines(crl(...LISTED), before)
        .slice(-11)
        .join(),
      lines.slice(-11).join(),
    );
  });

  test('is another where one entry is, one is left out, or two are exchanged', () => {
    const of = (...entries: readonly Uint8Array[]) => addedList(crl(...entries).revoked)?.sha256;
    assert.equal(of(...LISTED), digest);
    const [one, two, three] = LISTED as [Uint8Array, Uint8Array, Uint8Array];
    for (const other of [
      [one, two],
      [two, one, three],
      [one, two, made.entry(7, SUPERSEDED)],
      [one, two, made.entry(8, LOST)],
    ])
      assert.notEqual(of(...other), digest);
  });

  test('is not said of none, nor of one, which is read itself', () => {
    assert.equal(addedList(crl().revoked), undefined);
    assert.deepEqual(addedListLines(crl(made.entry(5, LOST)).revoked), []);
    const { revoked } = crl(made.entry(5, []), made.entry(6, []));
    assert.deepEqual(addedList(revoked)?.reasons, [['none', 2]]);
  });
});
