import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { dueDates } from '../../src/calendar/due-dates.ts';
import type { CalendarFacts } from '../../src/calendar/facts.ts';
import { calendarMetrics } from '../../src/calendar/metrics.ts';
import { readMetrics } from './read-metrics.ts';
import { sample, thing } from './sample.ts';

const metricsOf = (facts: CalendarFacts) => calendarMetrics(dueDates(facts), facts);

describe('the metrics', () => {
  test('are byte for byte the golden ones', () => {
    assert.equal(metricsOf(sample()), readFileSync(join(import.meta.dirname, 'calendar.golden.prom'), 'utf8'));
  });

  test('have the newest CRL of each issuer, every certificate with its state, and every due date', () => {
    const facts = sample();
    const all = readMetrics(metricsOf(facts));
    const of = (name: string) => all.filter((one) => one.name === name);
    const ca = facts.ledger.keys[0]?.spkiSha256.slice(0, 16);
    assert.deepEqual(of('quorate_crl_next_update_timestamp_seconds'), [
      {
        name: 'quorate_crl_next_update_timestamp_seconds',
        labels: { ca, mode: 'production', issuer: 'root', crl: 'root' },
        value: Date.UTC(2029, 1, 28, 9) / 1000,
      },
    ]);
    assert.deepEqual(
      of('quorate_crl_number').map(({ value }) => value),
      [10],
    );
    assert.deepEqual(
      of('quorate_certificate_not_after_timestamp_seconds').map(({ labels }) => [
        labels['certificate'],
        labels['state'],
      ]),
      [
        ['root', 'in-force'],
        ['tls-ca-1', 'superseded'],
        ['tls-ca-2', 'in-force'],
        ['mail-ca', 'revoked'],
        ['cut-ca', 'in-force'],
        ['responder', 'in-force'],
      ],
    );
    assert.deepEqual(
      of('quorate_due_timestamp_seconds').map(({ value, labels }) => [value, labels['kind'], labels['what']]),
      dueDates(facts).dates.map(({ at, kind, what }) => [Date.parse(at) / 1000, kind, what]),
    );
  });

  test('keep a label whole that has quotes, backslashes and line feeds', () => {
    const facts = sample({ custody: [thing('evidence.1', 'a "b" \\ c\nd')] });
    const label = readMetrics(metricsOf(facts)).find(({ labels }) => labels['kind'] === 'custody-check');
    assert.equal(label?.labels['what'], 'what lies sealed in "a "b" \\u{5C} c\\u{A}d"');
  });

  test('have a CRL number of twenty octets as it is', () => {
    const number = String(2n ** 159n - 1n);
    const [first] = sample().ledger.crls;
    assert.ok(first);
    assert.match(
      metricsOf(sample({ crls: [{ ...first, number }] })),
      new RegExp(`^quorate_crl_number\\{.*\\} ${number}$`, 'm'),
    );
  });

  test('of an empty ledger are those of the ceremony alone', () => {
    const empty = { keys: [], copies: [], certificates: [], crls: [], shareSets: [], custody: [] };
    assert.deepEqual(
      readMetrics(metricsOf(sample(empty, { waivers: [] }))).map(({ name }) => name),
      ['quorate_ledger_ceremony_number', 'quorate_ledger_closed_timestamp_seconds'],
    );
  });
});
