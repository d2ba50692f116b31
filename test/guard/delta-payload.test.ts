import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Sha256, sha256 } from '../../src/base/digest.ts';
import { OID } from '../../src/der/oid.ts';
import { implicit, integer, sequence, time, utf8String } from '../../src/der/writer.ts';
import { crlBefore } from '../../src/guard/crl-payload.ts';
import type { SignedHere } from '../../src/guard/delta-payload.ts';
import { SignedCrls } from '../../src/guard/ocsp-payload.ts';
import type { Ledger, LedgerCrl } from '../../src/ledger/ledger.ts';
import { deltaChangeLines } from '../../src/quorum/delta-changes.ts';
import { parseCrl, parseTbsCertList } from '../../src/x509/crl.ts';
import { assertRefuses } from '../der/refusal.ts';
import * as made from '../pki/broken.ts';

const KEY = sha256(made.SPKI);
const operation = { op: 'sign', kind: 'crl', key: KEY } as unknown as Parameters<typeof crlBefore>[0];
const { entry, reason } = made;
const [superseded, hold, removal, compromise] = [4, 6, 8, 1].map((code) => [reason(code)]) as [
  Uint8Array[],
  Uint8Array[],
  Uint8Array[],
  Uint8Array[],
];

interface Asked {
  readonly number: number;
  readonly base?: number;
  readonly revoked?: readonly Uint8Array[];
  readonly at?: string;
  readonly extra?: readonly Uint8Array[];
  readonly critical?: boolean;
}

function crl({
  number,
  base,
  revoked = [],
  at = '2027-03-02T09:00:00Z',
  extra = [],
  critical = true,
}: Asked): Uint8Array {
  return made.crl({
    thisUpdate: time(at),
    ...(revoked.length === 0 ? {} : { revoked }),
    extensions: [
      made.authorityKeyId,
      made.crlNumber(BigInt(number)),
      ...(base === undefined ? [] : [made.extension(OID.deltaCRLIndicator, integer(base), critical)]),
      ...extra,
    ],
  });
}

/** The CRL of the ledger lists 05 for good and 06 on hold. */
const COMPLETE = crl({ number: 7, revoked: [entry(5, superseded), entry(6, hold)], at: '2027-03-01T09:00:00Z' });
/** Since then 07 was put on hold. */
const DELTA = crl({ number: 8, base: 7, revoked: [entry(7, hold)], at: '2027-03-01T10:00:00Z' });

const row = (der: Uint8Array, number: string, base?: string) =>
  ({ issuer: 'root', number, sha256: sha256(der), ...(base === undefined ? {} : { base }) }) as unknown as LedgerCrl;
const ledgerOf = (...crls: readonly LedgerCrl[]) =>
  ({ keys: [{ name: 'root', spkiSha256: KEY }], crls }) as unknown as Pick<Ledger, 'keys' | 'crls'>;
const ONLY_COMPLETE = ledgerOf(row(COMPLETE, '7'));
const BOTH = ledgerOf(row(COMPLETE, '7'), row(DELTA, '8', '7'));
const NONE: ReadonlySet<Sha256> = new Set();
const tbsOf = (der: Uint8Array) => parseCrl(der).tbs;

/** What the guard says of a CRL after the complete one, and the delta CRL after that where it is brought. */
const after =
  (delta: Uint8Array | null, asked: Asked, here: SignedHere = {}, ledger = delta ? BOTH : ONLY_COMPLETE) =>
  () =>
    crlBefore(operation, { payload: tbsOf(crl(asked)), brought: COMPLETE, broughtDelta: delta }, ledger, NONE, here);
const refused = (asked: () => unknown, message: RegExp) => assertRefuses(asked, 'DESCRIPTOR_INVALID', message);

describe('the guard holds a delta CRL to its own ledger', () => {
  test('what is new, what was on hold and is released, and what is on hold and is revoked for good', () => {
    const revoked = [entry(9, compromise), entry(6, removal)];
    assert.equal(after(null, { number: 8, base: 7, revoked })()?.revoked.count, 2);
    assert.ok(after(null, { number: 8, base: 7, revoked: [entry(6, compromise)] })());
    assert.ok(after(null, { number: 8, base: 7 })(), 'nothing has changed');
  });

  test('after another delta CRL all that this one lists, as it was or changed as it may be', () => {
    for (const now of [hold, removal, compromise])
      assert.equal(after(DELTA, { number: 9, base: 7, revoked: [entry(7, now)] })()?.revoked.count, 3);
    assert.ok(after(DELTA, { number: 9, base: 7, revoked: [entry(7, hold), entry(6, removal)] })());
  });

  const CASES: readonly (readonly [string, () => unknown, RegExp])[] = [
    [
      'a base that is not in the ledger',
      after(null, { number: 8, base: 6 }),
      /^the delta CRL starts from CRL 6, and the last complete one of this key is number 7$/,
    ],
    [
      'no base at all',
      () => crlBefore(operation, { payload: tbsOf(DELTA), brought: null }, ledgerOf(), NONE),
      /^the CRL is a delta CRL, and the ledger has no CRL of this key from which it could start$/,
    ],
    [
      'a number that is used already',
      after(DELTA, { number: 8, base: 7, revoked: [entry(7, hold)] }),
      /^the delta CRL has the number 8, and the last CRL of this key 8: it rises by one$/,
    ],
    [
      'a number that is passed over',
      after(null, { number: 9, base: 7 }),
      /^the delta CRL has the number 9, and the last CRL of this key 7: it rises by one$/,
    ],
    [
      'the delta CRL before it kept back by the core',
      after(null, { number: 8, base: 7 }, {}, BOTH),
      /^the delta CRL before it has the SHA-256 missing; the last one of this key is [0-9a-f]{64} in the ledger$/,
    ],
    [
      'a delta CRL brought that the ledger does not have',
      after(DELTA, { number: 8, base: 7 }, {}, ONLY_COMPLETE),
      /^the delta CRL before it has the SHA-256 [0-9a-f]{64}; the last one of this key is none in the ledger$/,
    ],
    [
      'removal of what was revoked for good',
      after(null, { number: 8, base: 7, revoked: [entry(5, removal)] }),
      /^the delta CRL removes 05, which is revoked for good \(superseded\): only a hold is released$/,
    ],
    [
      'removal of what nobody has put on hold',
      after(null, { number: 8, base: 7, revoked: [entry(9, removal)] }),
      /^the delta CRL removes 09, which is not listed: only a hold is released$/,
    ],
    [
      'removal under another date than that of the hold',
      after(null, { number: 8, base: 7, revoked: [entry(6, removal, '2027-02-02T00:00:00Z')] }),
      /^the delta CRL removes 06 with the date 2027-02-02T00:00:00Z; its hold has 2027-02-01T00:00:00Z$/,
    ],
    [
      'a hold of the delta CRL before that is left out without removal',
      after(DELTA, { number: 9, base: 7 }),
      /^the delta CRL leaves out 07, which the delta CRL before lists$/,
    ],
    [
      'another reason for what was revoked for good',
      after(null, { number: 8, base: 7, revoked: [entry(5, compromise)] }),
      /^the delta CRL says something else of 05 than the last CRL of this key$/,
    ],
    [
      'on hold what was revoked for good',
      after(null, { number: 8, base: 7, revoked: [entry(5, hold)] }),
      /^the delta CRL says something else of 05 than the last CRL of this key$/,
    ],
    [
      'revoked for good before it was put on hold',
      after(null, { number: 8, base: 7, revoked: [entry(6, compromise, '2027-01-01T00:00:00Z')] }),
      /^the delta CRL says something else of 06 than the last CRL of this key$/,
    ],
    [
      'an entry of which nothing has changed',
      after(null, { number: 8, base: 7, revoked: [entry(6, hold)] }),
      /^the delta CRL lists 06, of which nothing has changed$/,
    ],
    [
      'an indicator that is not critical',
      after(null, { number: 8, base: 7, critical: false }),
      /^the delta CRL does not say so critically: it could be taken for a complete one$/,
    ],
    [
      'a freshestCRL in a delta CRL',
      after(null, {
        number: 8,
        base: 7,
        extra: [made.extension(OID.freshestCRL, sequence(made.HTTP_POINT))],
      }),
      /^the delta CRL says where to find delta CRLs, which a complete one says$/,
    ],
    [
      'another scope than that of the complete one',
      after(null, { number: 8, base: 7, extra: [made.issuingPoint(true, made.flag(2))] }),
      /^the CRL would be of the partition CA certificates alone, and this key has signed one of all that the CA issues: /,
    ],
    [
      'a date before that of the last one',
      after(null, { number: 8, base: 7, at: '2027-03-01T08:59:59Z' }),
      /^the delta CRL begins at 2027-03-01T08:59:59Z, before the last CRL of this key, 2027-03-01T09:00:00Z$/,
    ],
    [
      'an entry twice',
      after(null, { number: 8, base: 7, revoked: [entry(6, removal), entry(6, compromise)] }),
      /^the CRL lists 06 twice$/,
    ],
  ];
  for (const [name, asked, message] of CASES) test(`refuses ${name}`, () => refused(asked, message));
});

/** Each CRL with another part, a complete one after the complete one of the ledger, or a first one. */
const formed = (parts: Partial<made.CrlParts>, first = false) => {
  const payload = tbsOf(
    made.crl({
      thisUpdate: time('2027-03-02T09:00:00Z'),
      revoked: [entry(5, superseded), entry(6, hold)],
      extensions: [made.authorityKeyId, made.crlNumber(8n)],
      ...parts,
    }),
  );
  const { brought, ledger } = first ? { brought: null, ledger: null } : { brought: COMPLETE, ledger: ONLY_COMPLETE };
  return () => crlBefore(operation, { payload, brought }, ledger, NONE);
};
const number8 = made.crlNumber(8n);
const scope = made.issuingPoint(true, made.flag(2));
const invalid = (text: string) => made.extension(OID.invalidityDate, utf8String(text));

describe('the guard holds the form of each CRL', () => {
  test('is as it is written here', () => assert.ok(formed({})()));

  const CASES: readonly (readonly [string, Partial<made.CrlParts>, RegExp])[] = [
    ['version 1', { version: new Uint8Array() }, /^the CRL has version 1, expected 2 \(RFC 5280 §5\.1\.2\.1\)$/],
    ['no nextUpdate', { nextUpdate: new Uint8Array() }, /^nextUpdate of the CRL is absent, expected a time after /],
    [
      'a nextUpdate that is not after thisUpdate',
      { nextUpdate: time('2027-03-02T09:00:00Z') },
      /^nextUpdate of the CRL is 2027-03-02T09:00:00Z, expected a time after 2027-03-02T09:00:00Z /,
    ],
    [
      'an authority key identifier twice',
      { extensions: [made.authorityKeyId, made.authorityKeyId, number8] },
      /^the CRL has the extension authorityKeyIdentifier twice$/,
    ],
    [
      'a second issuing distribution point',
      { extensions: [made.authorityKeyId, number8, scope, scope] },
      /^the CRL has the extension issuingDistributionPoint twice$/,
    ],
    [
      'a reason twice in an entry',
      { revoked: [entry(5, superseded), entry(6, hold), entry(9, [reason(1), reason(4)])] },
      /^the entry of 09 has the extension reasonCode twice$/,
    ],
  ];
  for (const [name, parts, message] of CASES)
    test(`refuses ${name}, of a first CRL too`, () => {
      refused(formed(parts), message);
      refused(formed(parts, true), message);
    });

  test('refuses an invalidity date that is none', () =>
    assertRefuses(
      formed({ revoked: [entry(5, superseded), entry(6, hold), entry(9, [reason(1), invalid('yesterday')])] }),
      'DER_INVALID',
      /invalidityDate/,
    ));

  test('refuses a first CRL without a number or an authority key identifier', () => {
    refused(formed({ extensions: [made.authorityKeyId] }, true), /^the CRL has no number \(RFC 5280 §5\.2\.3\)$/);
    refused(formed({ extensions: [number8] }, true), /^the CRL has no authority key identifier \(RFC 5280 §5\.2\.1\)$/);
  });

  test('refuses another authority key identifier than that of the last one, and none', () => {
    const other = made.extension(OID.authorityKeyIdentifier, sequence(implicit(0, new Uint8Array(20))));
    for (const [extensions, found] of [
      [[other, number8], '0{40}'],
      [[number8], 'absent'],
    ] as const)
      refused(
        formed({ extensions }),
        new RegExp(
          `^the authority key identifier of the CRL is ${found}, and that of the last one of this key [0-9a-f]{40}$`,
        ),
      );
  });

  test('refuses a date before that of the last one', () =>
    refused(
      formed({ thisUpdate: time('2027-03-01T08:59:59Z') }),
      /^the CRL begins at 2027-03-01T08:59:59Z, before the last one of this key, 2027-03-01T09:00:00Z$/,
    ));

  test('lets nothing follow a CRL that lists a certificate twice', () => {
    const twice = crl({ number: 7, revoked: [entry(5, superseded), entry(5, compromise)] });
    refused(
      () =>
        crlBefore(
          operation,
          { payload: tbsOf(crl({ number: 8, revoked: [entry(5, superseded)] })), brought: twice },
          ledgerOf(row(twice, '7')),
          NONE,
        ),
      /^the last CRL of this key lists 05 twice: no CRL can follow it$/,
    );
  });
});

describe('a complete CRL after a delta CRL', () => {
  const kept = [entry(5, superseded), entry(6, hold), entry(7, hold)];

  test('lists what both said together', () => {
    assert.ok(after(DELTA, { number: 9, revoked: [...kept, entry(9, compromise)] })());
    refused(
      after(DELTA, { number: 9, revoked: kept.slice(0, 2) }),
      /^the CRL leaves out 07, which the last one lists$/,
    );
    refused(
      after(DELTA, { number: 8, revoked: kept }),
      /^the CRL has the number 8, and the last one of this key 8: it rises by one$/,
    );
  });

  test('drops what was removed, and nothing that was on hold until then', () => {
    const released = crl({ number: 8, base: 7, revoked: [entry(6, removal)], at: '2027-03-01T10:00:00Z' });
    const ledger = ledgerOf(row(COMPLETE, '7'), row(released, '8', '7'));
    assert.ok(after(released, { number: 9, revoked: [entry(5, superseded)] }, {}, ledger)());
    refused(
      after(null, { number: 8, revoked: [entry(5, superseded)] }),
      /^the CRL leaves out 06, which the last one lists$/,
    );
  });

  test('removes nothing itself, and revokes for good what is on hold, nothing else', () => {
    refused(
      after(null, { number: 8, revoked: [entry(5, superseded), entry(6, removal)] }),
      /^the CRL removes 06, and only a delta CRL says so$/,
    );
    assert.ok(after(null, { number: 8, revoked: [entry(5, superseded), entry(6, compromise)] })());
    refused(
      after(null, { number: 8, revoked: [entry(5, compromise), entry(6, compromise)] }),
      /^the CRL says something else than the last one of 05, 06$/,
    );
  });
});

describe('two CRLs of one key in a ceremony', () => {
  const revoked = [entry(5, superseded), entry(6, hold), entry(9, compromise)];
  const complete = parseTbsCertList(tbsOf(crl({ number: 8, revoked })));
  const delta = parseTbsCertList(tbsOf(crl({ number: 8, base: 7, revoked: [entry(9, compromise)] })));

  test('are a complete one and a delta CRL that say the same under one number and date, in either order', () => {
    assert.ok(after(null, { number: 8, base: 7, revoked: [entry(9, compromise)] }, { complete })());
    assert.ok(after(null, { number: 8, revoked }, { delta })());
  });

  test('are refused where they do not', () => {
    refused(
      after(null, { number: 8, base: 7 }, { complete }),
      /^the complete CRL and the delta CRL of this ceremony say different things of 09$/,
    );
    refused(
      after(null, { number: 8, base: 7, revoked: [entry(9, compromise), entry(10, compromise)] }, { complete }),
      /^the complete CRL and the delta CRL of this ceremony say different things of 0a$/,
    );
    refused(
      after(null, { number: 8, revoked: revoked.slice(0, 2) }, { delta }),
      /^the complete CRL and the delta CRL of this ceremony say different things of 09$/,
    );
    refused(
      after(null, { number: 8, base: 7, revoked: [entry(9, compromise)], at: '2027-03-02T09:00:01Z' }, { complete }),
      /^the complete CRL begins at 2027-03-02T09:00:00Z, and the delta CRL of this ceremony at 2027-03-02T09:00:01Z: under one number they have one date$/,
    );
    refused(
      after(null, { number: 9, base: 7, revoked: [entry(9, compromise)] }, { complete }),
      /^the complete CRL has the number 8, and the delta CRL of this ceremony 9: they have one$/,
    );
  });

  test('or the delta CRL starts from the complete one, later and under the next number', () => {
    const later = { number: 9, base: 8, at: '2027-03-02T09:00:01Z' };
    assert.equal(after(null, later, { complete })()?.revoked.count, 3);
    assert.ok(after(null, { ...later, revoked: [entry(6, removal)] }, { complete })());
    refused(
      after(null, { ...later, at: '2027-03-02T09:00:00Z' }, { complete }),
      /^the delta CRL begins at 2027-03-02T09:00:00Z, and the complete one of this ceremony at 2027-03-02T09:00:00Z: under another number it is later$/,
    );
    refused(
      after(null, { ...later, revoked: [entry(9, removal)] }, { complete }),
      /^the delta CRL removes 09, which is revoked for good \(keyCompromise\): only a hold is released$/,
    );
    refused(after(null, later), /^the delta CRL starts from CRL 8, and the last complete one of this key is number 7$/);
  });

  test('are one of each kind', () => {
    const signed = new SignedCrls();
    signed.remember(made.SPKI, complete.tbs);
    signed.remember(made.SPKI, delta.tbs);
    refused(() => signed.holdFirst(KEY, complete.tbs), /^a CRL of this key was signed in this ceremony$/);
    refused(() => signed.holdFirst(KEY, delta.tbs), /^a delta CRL of this key was signed in this ceremony$/);
  });
});

test('the approval screen says from which CRL it starts, and what it says otherwise than all before', () => {
  const next = parseTbsCertList(
    tbsOf(crl({ number: 9, base: 7, revoked: [entry(7, compromise), entry(6, removal), entry(9, superseded)] })),
  );
  const previous = after(DELTA, { number: 9, base: 7, revoked: [entry(7, hold)] })();
  assert.deepEqual(deltaChangeLines(next, previous), [
    'DELTA of    CRL 7: with it it says what is revoked',
    'follows     CRL 8',
    'entries     1 ADDED, 1 RELEASED from hold, 1 CHANGED, 0 said before',
    'ADDED       09',
    '            2027-02-01T00:00:00Z, superseded',
    'RELEASED    06',
    '            2027-02-01T00:00:00Z, certificateHold',
    'CHANGED     07',
    '            2027-02-01T00:00:00Z, keyCompromise',
  ]);
});
