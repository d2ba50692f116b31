import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { dueDates } from '../../src/calendar/due-dates.ts';
import type { CalendarFacts } from '../../src/calendar/facts.ts';
import { calendarIcs } from '../../src/calendar/ics.ts';
import { assertRefuses } from '../der/refusal.ts';
import { type Component, meant, readIcs, theOnly } from './read-ics.ts';
import { crl, sample, thing } from './sample.ts';

const icsOf = (facts: CalendarFacts) => calendarIcs(dueDates(facts), facts);
const eventsOf = (facts: CalendarFacts) => readIcs(Buffer.from(icsOf(facts))).components;
const find = (events: readonly Component[], summary: string) => {
  const found = events.filter((event) => meant(theOnly(event, 'SUMMARY')) === summary);
  assert.equal(found.length, 1, summary);
  return found[0] as Component;
};

describe('the iCalendar file', () => {
  test('is byte for byte the golden one', () => {
    const golden = readFileSync(join(import.meta.dirname, 'calendar.golden.ics'), 'utf8');
    assert.equal(icsOf(sample()), golden);
  });

  test('has every date as an entry with two alarms, a second where it is meant and else a day', () => {
    const facts = sample();
    const events = eventsOf(facts);
    assert.equal(events.length, dueDates(facts).dates.length);
    for (const { components } of events)
      assert.deepEqual(
        components.map((alarm) => theOnly(alarm, 'TRIGGER')),
        ['-P30D', '-P7D'],
      );
    const end = find(events, 'CRL ends: CRL "root" of "root"');
    assert.deepEqual([theOnly(end, 'DTSTART'), theOnly(end, 'DTSTAMP')], ['20290228T090000Z', '20280310T160000Z']);
    const day = find(events, 'last safe day for the next CRL: CRL "root" of "root"');
    assert.equal(theOnly(day, 'DTSTART'), '20290129');
    const waiver = find(events, 'waiver holds for the last day: waiver of "cabf-tls/crl-span"');
    assert.equal(theOnly(waiver, 'DTSTART'), '20281231');
  });

  test('keeps text whole: separators, backslashes, long lines, characters of several octets, what would hide', () => {
    const place = `Safe; 7, "${'Zürich 🔐 '.repeat(12)}" \\ C:\\safe\u202e`;
    const facts = sample({ custody: [thing('evidence.1', place)] });
    const shown = place.replaceAll('\\', '\\u{5C}').replaceAll('\u202e', '\\u{202E}');
    const event = find(eventsOf(facts), `custody check: what lies sealed in "${shown}"`);
    assert.match(
      meant(theOnly(event, 'DESCRIPTION')),
      /^seen last at .*\nBy the ledger of ceremony 3, SHA-256 [0-9a-f]{64}\.$/,
    );
  });

  test('calls the same thing the same in every ledger, and nothing else', () => {
    const uids = (facts: CalendarFacts) =>
      new Map(eventsOf(facts).map((event) => [meant(theOnly(event, 'SUMMARY')), theOnly(event, 'UID')]));
    const now = uids(sample());
    assert.equal(new Set(now.values()).size, now.size);
    const next = sample(
      { number: 4, crls: [crl('root', '11', '2029-02-01T09:00:00Z', '2030-01-31T09:00:00Z')] },
      { digest: 'ab'.repeat(32), closedAt: '2029-02-01T16:00:00Z' },
    );
    assert.deepEqual([...uids(next)].sort(), [...now].sort());
    const moved = find(eventsOf(next), 'CRL ends: CRL "root" of "root"');
    assert.deepEqual([theOnly(moved, 'DTSTART'), theOnly(moved, 'SEQUENCE')], ['20300131T090000Z', '4']);
    const other = sample();
    const keys = other.ledger.keys.map((key) => ({ ...key, spkiSha256: 'cd'.repeat(32) }));
    for (const uid of uids(sample({ keys })).values()) assert.ok(![...now.values()].includes(uid));
  });

  test('of a rehearsal says so in each entry', () => {
    for (const event of eventsOf(sample({}, { mode: 'rehearsal' })))
      assert.match(theOnly(event, 'SUMMARY'), /^REHEARSAL: /);
  });

  test('is refused where it would have no entry', () => {
    const empty = sample(
      { keys: [], copies: [], certificates: [], crls: [], shareSets: [], custody: [] },
      { waivers: [] },
    );
    assertRefuses(() => icsOf(empty), 'USAGE', /^--ics: nothing is due/);
  });
});
