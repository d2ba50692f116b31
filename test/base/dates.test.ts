import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addDuration,
  durationInWords,
  durationMs,
  floorTo,
  formatUtc,
  isCalendarDate,
  parseDuration,
  parseUtc,
} from '../../src/base/dates.ts';
import { CeremonyError } from '../../src/base/errors.ts';

const refused = (message: RegExp) => (error: unknown) =>
  error instanceof CeremonyError && error.code === 'DATE_INVALID' && message.test(error.message);

test('times are written in whole seconds of UTC', () => {
  assert.equal(formatUtc(0), '1970-01-01T00:00:00Z');
  assert.equal(formatUtc(1_800_000_000_999), '2027-01-15T08:00:00Z');
  assert.equal(formatUtc(-1), '1969-12-31T23:59:59Z');
  assert.equal(formatUtc(Date.UTC(9999, 11, 31, 23, 59, 59)), '9999-12-31T23:59:59Z');
  assert.throws(() => formatUtc(Date.UTC(10000, 0, 1)), { name: 'RangeError', message: /is not a time in the years/ });
  assert.throws(() => formatUtc(Number.NaN), RangeError);
});

test('what is written is read back, across leap years and centuries', () => {
  for (const text of [
    '0000-01-01T00:00:00Z',
    '0099-12-31T23:59:59Z',
    '1900-02-28T12:00:00Z',
    '2000-02-29T00:00:00Z',
    '2400-02-29T00:00:00Z',
  ]) {
    assert.equal(formatUtc(parseUtc(text)), text);
  }
});

for (const text of [
  '2027-02-29T00:00:00Z',
  '2100-02-29T00:00:00Z',
  '2027-04-31T00:00:00Z',
  '2027-13-01T00:00:00Z',
  '2027-00-01T00:00:00Z',
  '2027-01-01T24:00:00Z',
  '2027-01-01T23:60:00Z',
  '2016-12-31T23:59:60Z',
  '2027-01-01T00:00:00.000Z',
  '2027-01-01T00:00:00+00:00',
  '2027-01-01T00:00:00z',
  '2027-01-01 00:00:00Z',
  '2027-01-01T00:00Z',
  '2027-01-01',
  '+002027-01-01T00:00:00Z',
  ' 2027-01-01T00:00:00Z',
  '2027-01-01T00:00:00Z\n',
  '٢٠٢٧-01-01T00:00:00Z',
  '',
]) {
  test(`${JSON.stringify(text)} is not a time`, () => {
    assert.throws(() => parseUtc(text), refused(/is not a UTC time of the form YYYY-MM-DDTHH:MM:SSZ$/));
  });
}

test('days of the calendar', () => {
  assert.equal(isCalendarDate('2028-02-29'), true);
  assert.equal(isCalendarDate('2027-02-29'), false);
  assert.equal(isCalendarDate('2027-2-9'), false);
});

test('durations are read apart', () => {
  assert.deepEqual(parseDuration('P1Y6M'), { years: 1, months: 6, days: 0, hours: 0, minutes: 0, seconds: 0 });
  assert.deepEqual(parseDuration('P10Y2M3DT4H5M6S'), {
    years: 10,
    months: 2,
    days: 3,
    hours: 4,
    minutes: 5,
    seconds: 6,
  });
  assert.deepEqual(parseDuration('P1M'), { years: 0, months: 1, days: 0, hours: 0, minutes: 0, seconds: 0 });
  assert.deepEqual(parseDuration('PT1M'), { years: 0, months: 0, days: 0, hours: 0, minutes: 1, seconds: 0 });
  assert.equal(durationMs('P1DT1H1M1S'), 90_061_000);
  assert.equal(durationMs('PT90M'), 5_400_000);
});

for (const text of [
  '',
  'P',
  'PT',
  'P1',
  '1Y',
  'P1W',
  'P0D',
  'PT0S',
  'P01D',
  'P1.5D',
  'P1,5D',
  'PT1.5S',
  '-P1D',
  'P-1D',
  '+P1D',
  'P1DT',
  'P1D1Y',
  'PT1S1M',
  'p1d',
  'P1H',
  'PT1Y',
  'P1D ',
  'P1000000D',
  'P1D\n',
]) {
  test(`${JSON.stringify(text)} is not a duration`, () => {
    assert.throws(() => parseDuration(text), refused(/is not a duration such as P10Y, P364D or PT1M$/));
  });
}

test('years and months have no length of their own', () => {
  assert.throws(
    () => durationMs('P1Y'),
    refused(/^"P1Y" has no fixed length, expected days, hours, minutes or seconds$/),
  );
  assert.throws(() => durationMs('P1M'), refused(/^"P1M" has no fixed length/));
});

for (const [from, duration, sign, to] of [
  ['2027-03-01T09:00:00Z', 'P10Y', 1, '2037-03-01T09:00:00Z'],
  ['2027-03-01T09:00:00Z', 'PT1S', -1, '2027-03-01T08:59:59Z'],
  ['2027-03-01T00:00:00Z', 'P364D', 1, '2028-02-28T00:00:00Z'],
  // 29 February and years: the last day of February.
  ['2028-02-29T12:00:00Z', 'P1Y', 1, '2029-02-28T12:00:00Z'],
  ['2028-02-29T12:00:00Z', 'P4Y', 1, '2032-02-29T12:00:00Z'],
  ['2028-02-29T12:00:00Z', 'P1Y', -1, '2027-02-28T12:00:00Z'],
  ['2096-02-29T00:00:00Z', 'P4Y', 1, '2100-02-28T00:00:00Z'],
  ['2027-02-28T00:00:00Z', 'P1Y', 1, '2028-02-28T00:00:00Z'],
  // Other months that are too short.
  ['2027-01-31T00:00:00Z', 'P1M', 1, '2027-02-28T00:00:00Z'],
  ['2028-01-31T00:00:00Z', 'P1M', 1, '2028-02-29T00:00:00Z'],
  ['2027-05-31T00:00:00Z', 'P1M', -1, '2027-04-30T00:00:00Z'],
  ['2027-12-31T00:00:00Z', 'P2M', 1, '2028-02-29T00:00:00Z'],
  // Years and months first, in one step, then days: not 31 January, 28 February, 28 March.
  ['2027-01-31T00:00:00Z', 'P1M1D', 1, '2027-03-01T00:00:00Z'],
  ['2028-02-29T00:00:00Z', 'P1Y1M', 1, '2029-03-29T00:00:00Z'],
  ['2027-01-15T00:00:00Z', 'P1M', -1, '2026-12-15T00:00:00Z'],
  ['2027-12-31T23:59:59Z', 'PT1S', 1, '2028-01-01T00:00:00Z'],
  ['2028-02-28T23:00:00Z', 'PT2H', 1, '2028-02-29T01:00:00Z'],
  // Years below 100 are not taken for the twentieth century.
  ['0050-06-15T00:00:00Z', 'P1Y', 1, '0051-06-15T00:00:00Z'],
  ['0004-02-29T00:00:00Z', 'P1Y', -1, '0003-02-28T00:00:00Z'],
] as const) {
  test(`${from} ${sign === 1 ? 'plus' : 'minus'} ${duration} is ${to}`, () => {
    assert.equal(formatUtc(addDuration(parseUtc(from), duration, sign)), to);
  });
}

test('a date outside the years 0000 to 9999 is refused', () => {
  const late = parseUtc('9999-06-01T00:00:00Z');
  assert.throws(
    () => addDuration(late, 'P1Y'),
    refused(/^9999-06-01T00:00:00Z plus P1Y is outside the years 0000 to 9999$/),
  );
  assert.throws(() => addDuration(late, 'P999999Y'), refused(/is outside the years 0000 to 9999$/));
  assert.throws(() => addDuration(parseUtc('0000-01-01T00:00:00Z'), 'PT1S', -1), refused(/minus PT1S is outside/));
});

test('times are floored from midnight UTC', () => {
  const at = parseUtc('2027-03-01T09:14:57Z');
  assert.equal(formatUtc(floorTo(at, 'PT1M')), '2027-03-01T09:14:00Z');
  assert.equal(formatUtc(floorTo(at, 'PT15M')), '2027-03-01T09:00:00Z');
  assert.equal(formatUtc(floorTo(at, 'PT6H')), '2027-03-01T06:00:00Z');
  assert.equal(formatUtc(floorTo(at, 'P1D')), '2027-03-01T00:00:00Z');
  assert.equal(formatUtc(floorTo(parseUtc('1969-12-31T23:59:59Z'), 'PT1H')), '1969-12-31T23:00:00Z');
  assert.throws(
    () => floorTo(at, 'PT7M'),
    refused(/^"PT7M" does not divide a day, expected a step such as PT1M, PT1H or P1D$/),
  );
  assert.throws(() => floorTo(at, 'P2D'), refused(/^"P2D" does not divide a day/));
  assert.throws(() => floorTo(at, 'P1M'), refused(/^"P1M" has no fixed length/));
});

test('durations in words: what there is of them, one or several', () => {
  assert.equal(durationInWords('PT4H30M'), '4 hours 30 minutes');
  assert.equal(durationInWords('P10Y'), '10 years');
  assert.equal(durationInWords('P1Y1M1DT1H1M1S'), '1 year 1 month 1 day 1 hour 1 minute 1 second');
  assert.throws(() => durationInWords('4h'), refused(/^"4h" is not a duration/));
});
