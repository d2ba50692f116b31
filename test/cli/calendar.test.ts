import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { readIcs, theOnly } from '../calendar/read-ics.ts';
import { readMetrics } from '../calendar/read-metrics.ts';
import { anotherAfter, firstPack, packAfter } from '../forge/chain.ts';
import type { Forged } from '../forge/forge.ts';
import { writePack } from '../forge/written.ts';
import { quorate } from './quorate.ts';

describe('quorate calendar', { concurrency: false }, () => {
  let folder = '';
  let packs: Readonly<Record<'2027' | '2028' | 'fork', Forged>>;
  let anchors: readonly string[] = [];
  const write = (name: string, files: ReadonlyMap<string, Uint8Array>) => writePack(join(folder, name), files);
  const calendar = (...args: readonly string[]) =>
    quorate(folder, 'calendar', ...args, '--expect', 'rehearsal', '--no-report', ...anchors);
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-calendar-'));
    const first = await firstPack();
    packs = { '2027': first, '2028': await packAfter(first), fork: await anotherAfter(first) };
    for (const [name, { files }] of Object.entries(packs)) write(name, files);
    anchors = Object.values(packs).flatMap(({ options }) => ['--roster', options.roster ?? '']);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('says what falls due by the ledger of a pack', async () => {
    const { code, out, err } = await calendar('2027', '--as-of', '2028-02-01');
    assert.deepEqual([code, err], [0, '']);
    const [title, ledger, asOf] = out.split('\n');
    assert.match(title ?? '', /^REHEARSAL: due dates by the ledger of ceremony 1, closed at 2027-03-10T/);
    assert.equal(ledger, `ledger ${sha256(packs['2027'].files.get('ledger.json') ?? '')}`);
    assert.equal(asOf, 'as of 2028-02-01T00:00:00Z');
    assert.match(out, /\n2028-02-07T09:00:00Z {2}in 6 days +last safe day for the next CRL {2}CRL "root" of "root"\n/);
    assert.match(out, /\n2028-03-08T09:00:00Z {2}in 36 days +CRL ends +CRL "root" of "root"\n +number 1, from 2027-/);
    assert.match(out, /\n2036-03-10T08:59:59Z .* time to issue it again +certificate "root"\n/);
    assert.match(out, /\n2037-03-10T08:59:59Z .* certificate ends +certificate "root"\n/);
    assert.match(
      out,
      /\n2028-03-10T.* share drill +share set [0-9a-f]{32} of "root-hsm" \(.*\n +3 of 5 give the user's PIN; opened last at 2027-03-10T/,
    );
    assert.match(out, /\n\d+ dates, 0 past\n$/);
  });

  test('of several packs the newest ledger alone counts, in whatever order they are given', async () => {
    const { code, out, err } = await calendar('2028', '2027', '--json', '--lead', 'P1D');
    assert.deepEqual([code, err], [0, '']);
    const { ceremony, ledger, dates } = JSON.parse(out) as {
      readonly ceremony: number;
      readonly ledger: string;
      readonly dates: readonly { readonly kind: string; readonly at: string; readonly says: string }[];
    };
    assert.deepEqual([ceremony, ledger], [2, sha256(packs['2028'].files.get('ledger.json') ?? '')]);
    const ends = dates.filter(({ kind }) => kind === 'crl-end');
    assert.equal(ends.length, 1);
    assert.match(ends[0]?.says ?? '', /^number 2, /);
    const [day] = dates.filter(({ kind }) => kind === 'crl-ceremony');
    assert.equal(Date.parse(ends[0]?.at ?? '') - Date.parse(day?.at ?? ''), 86_400_000);
    // The security officer's set was opened in the first ceremony alone: the earlier pack says when.
    assert.equal(dates.filter(({ kind }) => kind === 'share-drill').length, 2);
    const alone = JSON.parse((await calendar('2028', '--json')).out) as { readonly notes: readonly string[] };
    assert.equal(alone.notes.filter((note) => /has no drill date/.test(note)).length, 1);
  });

  test('prints an iCalendar file and metrics that say the same on every day', async () => {
    const ics = await calendar('2027', '--ics');
    assert.deepEqual([ics.code, ics.err], [0, '']);
    const events = readIcs(Buffer.from(ics.out)).components;
    const stamp = events.map((event) => theOnly(event, 'DTSTAMP'));
    assert.match(stamp[0] ?? '', /^20270310T/);
    assert.equal(new Set(stamp).size, 1);
    assert.ok(events.some((event) => theOnly(event, 'SUMMARY') === 'REHEARSAL: CRL ends: CRL "root" of "root"'));
    assert.deepEqual(await calendar('2027', '--ics'), ics);
    const metrics = await calendar('2027', '--metrics');
    assert.deepEqual([metrics.code, metrics.err], [0, '']);
    const ends = readMetrics(metrics.out).filter(({ name }) => name === 'quorate_crl_next_update_timestamp_seconds');
    assert.deepEqual(
      ends.map(({ value, labels }) => [value, labels['issuer'], labels['mode']]),
      [[Date.UTC(2028, 2, 8, 9) / 1000, 'root', 'rehearsal']],
    );
  });

  test('takes nothing from a pack that has findings, and names the first', async () => {
    const changed = new Map(packs['2027'].files).set('VERIFY.md', Buffer.from('other'));
    write('changed', changed);
    const { code, out, err } = await calendar('changed');
    assert.deepEqual([code, out], [1, '']);
    assert.match(
      err,
      /^quorate: PACK_FINDINGS: \d findings?, expected none; the first is changed: [A-Z-]+: VERIFY\.md: /,
    );
    assert.match(err, /\nquorate: "quorate verify changed", with the same options, lists them all\n$/);
  });

  test('nor from packs of which two follow one', async () => {
    const { code, out, err } = await calendar('2027', '2028', 'fork');
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, /^quorate: PACK_FINDINGS: 1 finding, expected none; the first is CHAIN-FORK: /);
  });

  test('nor from one that is held to another roster', async () => {
    const { code, out, err } = await quorate(
      folder,
      'calendar',
      '2027',
      '--expect',
      'rehearsal',
      '--no-report',
      '--roster',
      'ab'.repeat(32),
    );
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, /the first is 2027: ANCHOR-ROSTER: /);
  });

  test('refuses what it is asked wrongly before it reads a pack', async () => {
    const cases: readonly (readonly [args: readonly string[], code: number, message: RegExp])[] = [
      [
        ['nowhere', '--lead', '30d'],
        64,
        /^quorate: USAGE: --lead: "30d" is not a duration such as P10Y, P364D or PT1M\n/,
      ],
      [['nowhere', '--ics', '--metrics'], 64, /^quorate: USAGE: --ics and --metrics are both given, expected one/],
      [['nowhere', '--metrics', '--as-of', '2028-02-01'], 64, /^quorate: USAGE: --as-of is given with --metrics/],
      [['nowhere', '--as-of', '2028-02-30'], 2, /^quorate: DATE_INVALID: "2028-02-30" is not a UTC time/],
      [['nowhere'], 1, /^quorate: PACK_UNREADABLE: "nowhere" is no folder that can be read\n/],
    ];
    for (const [args, expected, message] of cases) {
      const { code, out, err } = await calendar(...args);
      assert.deepEqual([code, out], [expected, '']);
      assert.match(err, message);
    }
  });
});
