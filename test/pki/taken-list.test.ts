import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Octets, wholeOf } from '../../src/base/octets.ts';
import { standingEntries } from '../../src/issue/revoked-certificates.ts';
import { addedBy, crlWith, listWith, NO_ENTRIES } from '../../src/pki/crl-succession.ts';
import { listWithout } from '../../src/pki/list-without.ts';
import type { Revocation } from '../../src/pki/request.ts';
import { COLUMNS, type RevocationBounds } from '../../src/pki/revocation-list.ts';
import { takeRevocationList } from '../../src/pki/taken-list.ts';
import { assertRefuses } from '../der/refusal.ts';

const AT = '2026-11-28T09:00:00Z';
const [NEGATIVE, PADDED, PLAIN] = ['ff01', '00c801', '4a01'];
const BOUNDS: RevocationBounds = {
  issued: [NEGATIVE, PADDED, PLAIN].map((serial) => ({
    ...{ name: `issued-${serial}`, serial, isOwn: false },
    notBefore: '2026-01-01T00:00:00Z',
    notAfter: '2036-01-01T00:00:00Z',
  })),
  listed: new Map([['00ee', '2026-05-05T00:00:00Z']]),
  lastUpdate: '2026-06-01T00:00:00Z',
  thisUpdate: '2026-11-28T12:00:00Z',
  noHold: undefined,
};
const ASSERTED: RevocationBounds = { ...BOUNDS, asserted: true };
const list = (...lines: readonly string[]) => Buffer.from([COLUMNS.join(','), ...lines, ''].join('\n'));
const take = (bounds: RevocationBounds, ...lines: readonly string[]) =>
  takeRevocationList(list(...lines), 'list.csv', bounds);
const octets = (pieces: Iterable<Octets>) => Buffer.concat(Array.from(pieces, wholeOf)).toString('hex');

describe('a revocation list that was taken', () => {
  const lines = [`ff01,${AT},superseded,`, `C801,${AT},keyCompromise,2026-11-01T00:00:00Z`, `4a01,${AT},superseded,`];
  const decided: readonly Revocation[] = [{ serial: Uint8Array.of(7), at: AT, reason: 'superseded' }];

  test('is written from its lines as from what they say: each serial number as its certificate has it, below zero too', () => {
    const taken = take(BOUNDS, ...lines);
    const asked = [...taken].map(({ revocation }) => revocation);
    assert.deepEqual(
      asked.map(({ serial }) => Buffer.from(serial).toString('hex')),
      [NEGATIVE, PADDED, PLAIN],
    );
    const request = crlWith(undefined, addedBy(taken, decided));
    assert.ok(request && 'kept' in request.revoked && 'listed' in request.revoked.added);
    assert.equal(octets(standingEntries(request.revoked)), octets(standingEntries([...asked, ...decided])));
    assert.deepEqual([...request.revoked], [...asked, ...decided]);
  });

  test('without what is said elsewhere it is written from its other lines', () => {
    const taken = take(BOUNDS, ...lines);
    const rest = listWithout(taken, new Set([PADDED]));
    const said = [...taken].map(({ revocation }) => revocation).filter((_, index) => index !== 1);
    assert.equal(rest.length, 2);
    assert.deepEqual(
      [...rest].map(({ revocation }) => revocation),
      said,
    );
    for (let time = 0; time < 2; time++)
      assert.equal(
        octets(standingEntries(listWith(NO_ENTRIES, addedBy(rest, decided)))),
        octets(standingEntries([...said, ...decided])),
      );
  });

  test('of which people assert what it is of is read with its number of those that nobody shows', () => {
    const taken = take(ASSERTED, ...lines, `0099,${AT},superseded,`, `dd,${AT},superseded,`);
    assert.deepEqual([taken.length, taken.unseen], [5, 2]);
    assert.deepEqual(
      [...taken].slice(3).map(({ name, revocation }) => [name, Buffer.from(revocation.serial).toString('hex')]),
      [
        [undefined, '0099'],
        [undefined, '00dd'],
      ],
    );
    assertRefuses(
      () => take(BOUNDS, `dd,${AT},superseded,`),
      'REVOCATION_UNFIT',
      /line 2: this CA has issued no certificate with the serial number dd, by its ledger$/,
    );
  });

  for (const [what, line, expected] of [
    ['what is revoked already', `ee,${AT},superseded,`, /ee is revoked already, since 2026-05-05/],
    [
      'after the date of the CRL',
      'dd,2026-11-29T09:00:00Z,superseded,',
      /dd is revoked on .*, after the date of the CRL/,
    ],
    [
      'before the last CRL',
      'dd,2026-05-29T09:00:00Z,superseded,',
      /dd is revoked on .*, before the last CRL of 2026-06/,
    ],
    ['invalid since later', `dd,${AT},superseded,2026-11-28T10:00:00Z`, /invalidity date of dd, .* is after its revoc/],
  ] as const)
    test(`asserts nothing that the CRLs say otherwise: ${what}`, () => {
      assertRefuses(() => take(ASSERTED, line), 'REVOCATION_UNFIT', expected);
    });

  test('is refused with the first ten of its faults, line by line, whatever kind they are, and the number of the others', () => {
    const faulty = [`4a01,${AT},superseded,`, 'x', `004A01,${AT},superseded,`, ...Array.from({ length: 9 }, () => 'y')];
    assertRefuses(
      () => take(BOUNDS, ...faulty, `ee,${AT},superseded,`),
      'REVOCATION_UNFIT',
      /^list\.csv: line 3: "x" has 1 columns, expected 4; line 4: line 2 revokes 4a01 too; line 5: "y" .*; line 12: "y" has 1 columns, expected 4; and 2 more$/,
    );
  });

  test('is judged in time in proportion to its length', () => {
    const long = Array.from(
      { length: 100_000 },
      (_, index) => `01${index.toString(16).padStart(8, '0')},${AT},superseded,`,
    );
    const file = Buffer.from([COLUMNS.join(','), ...long, ''].join('\n'));
    const before = process.cpuUsage();
    assert.equal(takeRevocationList(file, 'list.csv', ASSERTED).length, 100_000);
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system < 5_000_000, `${(user + system) / 1000} ms`);
  });
});
