import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { COLUMNS, MAX_LIST_BYTES, type RevocationBounds } from '../../src/pki/revocation-list.ts';
import { isListed, takeRevocationList } from '../../src/pki/taken-list.ts';
import { assertRefuses } from '../der/refusal.ts';

const [FIRST, SECOND, OWN, LISTED] = ['01aa', '00c8', '0101', '0202'];
const certificate = (name: string, serial: string, isOwn = false) => ({
  ...{ name, serial, isOwn },
  notBefore: '2026-01-01T00:00:00Z',
  notAfter: '2036-01-01T00:00:00Z',
});
const BOUNDS: RevocationBounds = {
  issued: [
    certificate('issuing-1', FIRST),
    certificate('issuing-2', SECOND),
    certificate('root', OWN, true),
    certificate('issuing-0', LISTED),
  ],
  listed: new Map([[LISTED, '2026-05-05T00:00:00Z']]),
  lastUpdate: '2026-06-01T00:00:00Z',
  thisUpdate: '2026-11-28T12:00:00Z',
  noHold: undefined,
};
const AT = '2026-11-28T09:00:00Z';
const list = (...lines: readonly string[]) => Buffer.from([COLUMNS.join(','), ...lines, ''].join('\n'));
const take = (...lines: readonly string[]) => takeRevocationList(list(...lines), 'list.csv', BOUNDS);
const refused = (expected: RegExp, ...lines: readonly string[]) =>
  assertRefuses(() => take(...lines), 'REVOCATION_UNFIT', expected);

describe('a list of what is to be revoked', () => {
  test('gives each certificate with its dates and reason, the serial number as the certificate has it', () => {
    const taken = take(`${FIRST},${AT},keyCompromise,2026-11-01T00:00:00Z`, `C8,${AT},superseded,`);
    assert.deepEqual(
      Array.from(taken, ({ name, revocation: { serial, ...rest } }) => [
        name,
        Buffer.from(serial).toString('hex'),
        rest,
      ]),
      [
        ['issuing-1', FIRST, { at: AT, reason: 'keyCompromise', invalidSince: '2026-11-01T00:00:00Z' }],
        ['issuing-2', SECOND, { at: AT, reason: 'superseded' }],
      ],
    );
  });

  test('may have its lines end as on Windows, and may be empty', () => {
    const windows = Buffer.from(`${COLUMNS.join(',')}\r\n${FIRST},${AT},superseded,\r\n`);
    assert.equal(takeRevocationList(windows, 'list.csv', BOUNDS).length, 1);
    assert.deepEqual([take().length, [...take()]], [0, []]);
  });

  test('is refused where it is not such a file', () => {
    const of = (text: string) => () => takeRevocationList(Buffer.from(text), 'list.csv', BOUNDS);
    assertRefuses(of(''), 'REVOCATION_UNFIT', /its first line is "", expected "serialNumber,/);
    assertRefuses(of(`${FIRST},${AT},superseded,\n`), 'REVOCATION_UNFIT', /its first line is "01aa,/);
    assertRefuses(of(`${COLUMNS.join(',')}\n${FIRST},${AT},superseded,`), 'REVOCATION_UNFIT', /last line does not end/);
    assertRefuses(of(' '.repeat(MAX_LIST_BYTES + 1)), 'FILE_TOO_LARGE', /expected at most 134217728/);
  });

  test('is refused with each line that is malformed, by its number', () => {
    refused(/line 2: "01aa" has 1 columns, expected 4; line 3: .* has 5 columns/, FIRST, `${FIRST},${AT},superseded,,`);
    refused(/line 2: the serial number "0x12" is not/, `0x12,${AT},superseded,`);
    refused(/line 2: the revocation date "2026-02-30T00:00:00Z" is not/, `${FIRST},2026-02-30T00:00:00Z,superseded,`);
    refused(/the invalidity date "yesterday" is not/, `${FIRST},${AT},superseded,yesterday`);
    for (const reason of ['', 'unspecified', 'removeFromCRL', 'aACompromise', 'KeyCompromise'])
      refused(new RegExp(`the reason "${reason}" is not one of keyCompromise,`), `${FIRST},${AT},${reason},`);
    refused(/and 2 more$/, ...Array.from({ length: 12 }, () => 'x'));
  });

  test('puts on hold where that is known, and what is on hold it revokes for good', () => {
    const bounds = { ...BOUNDS, onHold: new Set([LISTED]) };
    const of = (reason: string, known: Partial<typeof bounds & { noHold: string }> = {}) =>
      takeRevocationList(list(`${LISTED},${AT},${reason},`), 'list.csv', { ...bounds, ...known });
    assert.equal([...of('keyCompromise')][0]?.revocation.reason, 'keyCompromise');
    assertRefuses(
      () => of('certificateHold'),
      'REVOCATION_UNFIT',
      /line 2: 0202 is on hold already, since 2026-05-05T00:00:00Z: the CRL keeps its entry as it is$/,
    );
    assert.equal([...take(`${FIRST},${AT},certificateHold,`)][0]?.revocation.reason, 'certificateHold');
    assertRefuses(
      () => takeRevocationList(list(`${FIRST},${AT},certificateHold,`), 'list.csv', { ...BOUNDS, noHold: 'not so' }),
      'REVOCATION_UNFIT',
      /line 2: 01aa is to be put on hold: not so$/,
    );
  });

  test('revokes what the CA has issued, once, and neither its own certificate nor what is revoked already', () => {
    refused(/issued no certificate with the serial number 09/, `09,${AT},superseded,`);
    refused(/"root" is this CA's own certificate/, `${OWN},${AT},superseded,`);
    refused(/0202 is revoked already, since 2026-05-05/, `${LISTED},${AT},superseded,`);
    refused(/line 3: line 2 revokes c8 too/, `${SECOND},${AT},superseded,`, `c8,${AT},superseded,`);
  });

  test('revokes nothing that the same CRL takes up from elsewhere', () => {
    const bounds = { ...BOUNDS, elsewhere: new Map([['c8', 'the step "decision"']]) };
    const file = list(`${SECOND},${AT},superseded,`);
    assertRefuses(
      () => takeRevocationList(file, 'list.csv', bounds),
      'REVOCATION_UNFIT',
      /line 2: 00c8 is revoked by the step "decision" too: one certificate has one entry/,
    );
    const other = list(`0AFF,${AT},superseded,`, `${SECOND},${AT},superseded,`);
    assert.deepEqual(
      ['0aff', 'c8', SECOND, 'ff'].map((serial) => isListed(other, 'list.csv', serial)),
      [true, true, false, false],
    );
    assert.equal(isListed(list(), 'list.csv', 'c8'), false);
  });

  test('has dates that can be true', () => {
    refused(/after the date of the CRL, 2026-11-28T12:00:00Z/, `${FIRST},2026-11-28T12:00:01Z,superseded,`);
    refused(
      /before the last CRL of 2026-06-01T00:00:00Z, which did not say so/,
      `${FIRST},2026-05-31T00:00:00Z,superseded,`,
    );
    refused(/is valid only from 2026-01-01/, `${FIRST},2025-05-31T00:00:00Z,superseded,`);
    refused(
      /invalidity date of "issuing-1", .* is after its revocation/,
      `${FIRST},${AT},superseded,2026-11-28T09:00:01Z`,
    );
    refused(/is before it was valid/, `${FIRST},${AT},keyCompromise,2025-12-31T23:59:59Z`);
    assertRefuses(
      () =>
        takeRevocationList(list(`${FIRST},2036-06-01T00:00:00Z,superseded,`), 'l', {
          ...BOUNDS,
          thisUpdate: '2037-01-01T00:00:00Z',
        }),
      'REVOCATION_UNFIT',
      /was valid only until 2036/,
    );
  });
});
