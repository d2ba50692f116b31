import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { INTERVALS } from '../../src/calendar/due-date.ts';
import { dueDates } from '../../src/calendar/due-dates.ts';
import { calendarText } from '../../src/calendar/text.ts';
import { assertRefuses } from '../der/refusal.ts';
import { certificate, crl, sample } from './sample.ts';

const short = (facts = sample(), intervals = INTERVALS) =>
  dueDates(facts, intervals).dates.map(({ at, kind, what }) => `${at} ${kind} ${what}`);

describe('due dates', () => {
  test('of everything that a ledger has, sorted; only the CRL with the highest number counts', () => {
    assert.deepEqual(short(), [
      '2028-03-10T16:00:00Z custody-check what lies sealed in "Safe B; shelf 2, Zürich"',
      '2028-03-11T10:00:00Z restore-drill key "root" on "backup-hsm" (HSM-2)',
      '2028-05-11T08:59:59Z reissue certificate "responder"',
      '2028-06-10T08:59:59Z certificate-end certificate "responder"',
      '2028-12-31T23:59:59Z waiver-end waiver of "cabf-tls/crl-span"',
      '2029-01-29T09:00:00Z crl-ceremony CRL "root" of "root"',
      '2029-02-28T09:00:00Z crl-end CRL "root" of "root"',
      '2029-03-10T10:00:00Z share-drill share set aa of "root-hsm" (HSM-1)',
      '2032-03-10T08:59:59Z certificate-end certificate "tls-ca-1"',
      '2032-03-10T08:59:59Z reissue certificate "tls-ca-2"',
      '2033-03-10T08:59:59Z certificate-end certificate "tls-ca-2"',
      '2042-03-09T08:59:59Z reissue certificate "root"',
      '2046-03-10T08:59:59Z reissue certificate "cut-ca"',
      '2047-03-10T08:59:59Z certificate-end certificate "cut-ca"',
      '2047-03-10T08:59:59Z certificate-end certificate "root"',
    ]);
  });

  test('say what has no date, and why', () => {
    assert.deepEqual(dueDates(sample()).notes, [
      '"tls-ca" has signed certificates, and the ledger has no CRL of it: none is due here',
      'certificate "mail-ca" is revoked: its end at 2040-03-10T08:59:59Z is no date',
      'share set bb of "backup-hsm" (HSM-2) has no drill date: when it was opened last is in no pack that was given: give the earlier ones too',
      `share set bc of "backup-hsm" (HSM-2) was being put in another's place: whether the token has its PIN is not known`,
      '"card@crypto-officer-1" in "Bank \u202eevil" has no date of its own: it was last in the room in no pack that was given: give the earlier ones too',
    ]);
  });

  test('the window to issue a CA again opens where what is below would outlive it; what was cut there is no measure', () => {
    // Of 2027 to 2032, with two leap days; the last second counts.
    const root = dueDates(sample()).dates.find(({ kind, what }) => kind === 'reissue' && what.includes('"root"'));
    assert.match(root?.says ?? '', /one as long as "tls-ca-1" \(1827 days\) would outlive it/);
    const alone = sample({
      certificates: [
        certificate('root', 'root', 'root', '2027-03-10T09:00:00Z', '2047-03-10T08:59:59Z'),
        certificate('cut-ca', 'root', 'cut', '2028-03-10T09:00:00Z', '2047-03-10T08:59:59Z'),
      ],
    });
    assert.ok(
      short(alone, { ...INTERVALS, reissue: 'P2Y' }).includes('2045-03-10T08:59:59Z reissue certificate "root"'),
    );
  });

  test('a CRL that ends after its CA has no next one', () => {
    const facts = sample({ crls: [crl('root', '11', '2047-01-01T00:00:00Z', '2047-12-31T00:00:00Z')] });
    const { dates, notes } = dueDates(facts);
    assert.deepEqual(
      dates.filter(({ kind }) => kind.startsWith('crl')).map(({ kind }) => kind),
      ['crl-end'],
    );
    assert.match(notes[0] ?? '', /^"tls-ca" has signed/);
    assert.match(
      notes[1] ?? '',
      /^CRL "root" of "root" has no successor: it ends at 2047-12-31T00:00:00Z, and its CA at 2047-03-10T08:59:59Z$/,
    );
  });

  test('a lead that is longer than the CRL is said, and each interval is taken', () => {
    const { dates, notes } = dueDates(sample(), {
      ...{ lead: 'P1Y', deltaLead: 'P1D', reissue: 'P1M', drill: 'P2Y', backupDrill: 'P1M', custody: 'P1D' },
    });
    const at = Object.fromEntries(dates.map(({ kind, at }) => [kind, at]));
    assert.equal(at['crl-ceremony'], '2028-02-28T09:00:00Z');
    assert.equal(at['restore-drill'], '2029-03-11T10:00:00Z');
    assert.equal(at['share-drill'], '2030-03-10T10:00:00Z');
    assert.equal(at['custody-check'], '2027-03-11T16:00:00Z');
    assert.ok(dates.some(({ kind, at }) => kind === 'reissue' && at === '2028-05-10T08:59:59Z'));
    assert.ok(
      notes.includes(
        'CRL "root" of "root" holds no longer than the lead of 1 year: its ceremony is due before it begins',
      ),
    );
    assertRefuses(() => dueDates(sample(), { ...INTERVALS, lead: '30d' }), 'DATE_INVALID', /"30d" is not a duration/);
  });

  test('a delta CRL ends earlier, and has a lead of its own; one that a complete CRL has overtaken has no date', () => {
    const complete = crl('root', '10', '2028-03-01T09:00:00Z', '2029-02-28T09:00:00Z');
    const delta = (number: string) => ({
      ...crl('root', number, '2028-03-05T09:00:00Z', '2028-04-04T09:00:00Z'),
      ...{ name: 'root-delta', base: '9' },
    });
    const of = (number: string) =>
      dueDates(sample({ crls: [complete, delta(number)] }))
        .dates.filter(({ kind }) => /^(crl|delta)-/.test(kind))
        .map(({ at, kind, what }) => `${at} ${kind} ${what}`);
    const whole = [
      '2029-01-29T09:00:00Z crl-ceremony CRL "root" of "root"',
      '2029-02-28T09:00:00Z crl-end CRL "root" of "root"',
    ];
    for (const number of ['10', '11'])
      assert.deepEqual(of(number), [
        '2028-03-28T09:00:00Z delta-ceremony delta CRL "root-delta" of "root"',
        '2028-04-04T09:00:00Z delta-end delta CRL "root-delta" of "root"',
        ...whole,
      ]);
    assert.deepEqual(of('9'), whole);
  });

  test('a copy that nothing proves has no date, and a note', () => {
    const [copy] = sample().ledger.copies;
    const { dates, notes } = dueDates(sample({ copies: [{ ...copy, token: 'bank safe', provenAt: null } as never] }));
    assert.ok(!dates.some(({ kind }) => kind === 'restore-drill'));
    assert.ok(
      notes.includes(
        'key "root" on "bank safe" has never signed: whether the copy is good is not known, and a drill is due at once',
      ),
    );
  });

  test('a wrapped copy is drilled by the quarter, from its making or from the last restoration', () => {
    const made = {
      ...{
        key: 'root',
        spkiSha256: 'ab'.repeat(32),
        set: '02ca9b1c172bd63c7e3ec0164449e97b',
        algorithm: 'aes-256-kwp',
      },
      ...{
        file: '02ca-root.kwp',
        sha256: 'cd'.repeat(32),
        size: 248,
        media: ['backups 1', 'backups 2'],
        step: 'backup',
      },
    };
    const kept = { ...made, madeAt: '2027-04-01T10:00:00Z', state: 'kept' } as const;
    const [copy] = sample().ledger.copies;
    const restored = (provenAt: string) =>
      ({
        ...copy,
        spkiSha256: made.spkiSha256,
        token: 'HSM-9',
        provenance: 'restored',
        provenAt,
        destroyed: { at: provenAt, step: 'gone' },
      }) as never;
    const of = (ledger: Parameters<typeof sample>[0], intervals = INTERVALS) => {
      const { dates, notes } = dueDates(sample(ledger), intervals);
      return [
        dates.filter(({ what }) => what.startsWith('wrapped')).map(({ kind, at, says }) => [kind, at, says]),
        notes,
      ] as const;
    };
    const copies: never[] = [];
    assert.deepEqual(of({ copies, backups: [kept] })[0], [
      ['restore-drill', '2027-07-01T10:00:00Z', 'made at 2027-04-01T10:00:00Z, and never restored'],
    ]);
    const drilled = { copies: [restored('2027-06-20T10:00:00Z'), restored('2027-05-01T10:00:00Z')], backups: [kept] };
    assert.deepEqual(of(drilled, { ...INTERVALS, backupDrill: 'P1M' })[0], [
      ['restore-drill', '2027-07-20T10:00:00Z', 'restored last at 2027-06-20T10:00:00Z'],
    ]);
    assert.deepEqual(of({ copies, backups: [{ ...kept, state: 'destroyed' }] })[0], []);
    const [none, notes] = of({ copies, backups: [{ ...made, madeAt: null, state: 'orphan' }] });
    assert.deepEqual(none, []);
    assert.match(
      notes.join('\n'),
      /^wrapped copy of key "root", 02ca-root\.kwp came to no end: whether it restores is not known/m,
    );
  });

  test('what was answered beforehand about a certificate ends, and of none that the ledger does not have', () => {
    const [known] = sample().ledger.certificates;
    const dates = { thisUpdate: '2028-11-01T00:00:00Z', nextUpdate: '2029-10-31T00:00:00Z' };
    const answer = { sha256: 'ab'.repeat(32), path: 'ocsp/root.ors', ...dates };
    const answers = new Map([
      [known?.serial ?? '', answer],
      ['00', answer],
    ]);
    const ends = dueDates(sample({}, { answers })).dates.filter(({ kind }) => kind === 'ocsp-end');
    assert.deepEqual(
      ends.map(({ at, what, about }) => [at, what, about]),
      [[dates.nextUpdate, `OCSP response about certificate "${known?.name}"`, `${answer.sha256} ${known?.serial}`]],
    );
    assert.match(ends[0]?.says ?? '', /^ocsp\/root\.ors, from 2028-11-01T00:00:00Z; the next one is published before/);
    const endless = new Map([[known?.serial ?? '', { ...answer, nextUpdate: '' }]]);
    assert.ok(!dueDates(sample({}, { answers: endless })).dates.some(({ kind }) => kind === 'ocsp-end'));
  });

  test('an empty ledger has none', () => {
    const empty = { keys: [], copies: [], certificates: [], crls: [], shareSets: [], custody: [] };
    assert.deepEqual(dueDates(sample(empty, { waivers: [] })), { dates: [], notes: [] });
  });

  test('as people read them, foreign text escaped', () => {
    const golden = readFileSync(join(import.meta.dirname, 'calendar.golden.txt'), 'utf8');
    const facts = sample();
    assert.equal(`${calendarText(dueDates(facts), facts, '2029-01-29T08:59:59Z').join('\n')}\n`, golden);
  });

  test('a rehearsal is called one in the first line', () => {
    const facts = sample({}, { mode: 'rehearsal' });
    assert.match(
      calendarText(dueDates(facts), facts, '2029-01-01T00:00:00Z')[0] ?? '',
      /^REHEARSAL: due dates by the ledger of ceremony 3/,
    );
  });
});
