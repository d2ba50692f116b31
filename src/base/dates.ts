import { CeremonyError } from './errors.ts';

/** Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX time). */
export type UtcMs = number;

const SECOND = 1000;
const DAY = 86_400 * SECOND;
/** The years that GeneralizedTime can write with four digits. RFC 5280 §4.1.2.5.2. */
const FIRST = Date.parse('0000-01-01T00:00:00Z');
const LAST = Date.parse('9999-12-31T23:59:59Z');

/**
 * `YYYY-MM-DDTHH:MM:SSZ`. Fractions of a second are cut off: certificates and CRLs cannot hold them (RFC 5280 §4.1.2.5).
 * @throws RangeError outside the years 0000 to 9999: such a value is a bug of ours
 */
export function formatUtc(ms: UtcMs): string {
  const whole = Math.floor(ms / SECOND) * SECOND;
  if (!(whole >= FIRST && whole <= LAST)) throw new RangeError(`${ms} is not a time in the years 0000 to 9999`);
  return `${new Date(whole).toISOString().slice(0, 19)}Z`;
}

/**
 * Reads exactly what `formatUtc` writes: no other zone, no fraction, no leap second, no day that does not exist.
 * @throws CeremonyError DATE_INVALID
 */
export function parseUtc(text: string): UtcMs {
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : Number.NaN;
  // Date.parse takes 30 February for 2 March: only what prints back the same is a real time.
  if (Number.isNaN(ms) || formatUtc(ms) !== text) {
    throw new CeremonyError('DATE_INVALID', `"${text}" is not a UTC time of the form YYYY-MM-DDTHH:MM:SSZ`);
  }
  return ms;
}

/** Whether `text` is a day that exists, `YYYY-MM-DD`. */
export function isCalendarDate(text: string): boolean {
  try {
    parseUtc(`${text}T00:00:00Z`);
    return true;
  } catch {
    return false;
  }
}

/** An ISO 8601 duration, apart. Weeks, fractions, signs and zeros do not occur. */
export interface Duration {
  readonly years: number;
  readonly months: number;
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
}

/** The durations of scripts and sites: ISO 8601 designators, whole numbers without leading zeros, largest unit first. */
export const DURATION_PATTERN =
  /^P(?=.)(?:([1-9]\d{0,5})Y)?(?:([1-9]\d{0,5})M)?(?:([1-9]\d{0,5})D)?(?:T(?=.)(?:([1-9]\d{0,5})H)?(?:([1-9]\d{0,5})M)?(?:([1-9]\d{0,5})S)?)?$/;

/** @throws CeremonyError DATE_INVALID */
export function parseDuration(text: string): Duration {
  const match = DURATION_PATTERN.exec(text);
  if (!match) {
    throw new CeremonyError('DATE_INVALID', `"${text}" is not a duration such as P10Y, P364D or PT1M`, {
      hint: 'ISO 8601 with years, months, days, hours, minutes and seconds; no weeks, fractions or zeros',
    });
  }
  const [years = 0, months = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  return { years, months, days, hours, minutes, seconds };
}

/** A duration as people say it: `10 years`, `4 hours 30 minutes`. @throws CeremonyError DATE_INVALID */
export function durationInWords(text: string): string {
  return Object.entries(parseDuration(text))
    .filter(([, count]) => count > 0)
    .map(([unit, count]) => `${count} ${count === 1 ? unit.slice(0, -1) : unit}`)
    .join(' ');
}

/**
 * The length of a duration without years and months, which have none of their own.
 * @throws CeremonyError DATE_INVALID
 */
export function durationMs(text: string): number {
  const duration = parseDuration(text);
  if (duration.years !== 0 || duration.months !== 0) {
    throw new CeremonyError('DATE_INVALID', `"${text}" has no fixed length, expected days, hours, minutes or seconds`);
  }
  return exactMs(duration);
}

function exactMs({ days, hours, minutes, seconds }: Duration): number {
  return days * DAY + ((hours * 60 + minutes) * 60 + seconds) * SECOND;
}

/**
 * ISO calendar arithmetic in UTC: years and months first, then days and the time, which are exact (a UTC day has
 * 86 400 seconds here). A day that the month does not have becomes the last one it has: 29 February and a year is
 * 28 February, 31 January and a month is 28 or 29 February. (The rule of XML Schema 1.1
 * part 2, appendix E.3.3; ISO 8601 leaves it open.)
 * Therefore taking away what was added may not lead back.
 * @throws CeremonyError DATE_INVALID malformed, or outside the years 0000 to 9999
 */
export function addDuration(ms: UtcMs, text: string, sign: 1 | -1 = 1): UtcMs {
  const duration = parseDuration(text);
  const result = addMonths(ms, sign * (duration.years * 12 + duration.months)) + sign * exactMs(duration);
  if (!(result >= FIRST && result <= LAST)) {
    const action = sign === 1 ? 'plus' : 'minus';
    throw new CeremonyError('DATE_INVALID', `${formatUtc(ms)} ${action} ${text} is outside the years 0000 to 9999`);
  }
  return result;
}

function addMonths(ms: UtcMs, months: number): UtcMs {
  const date = new Date(ms);
  const total = date.getUTCFullYear() * 12 + date.getUTCMonth() + months;
  const year = Math.floor(total / 12);
  const month = total - year * 12;
  const lengthOfMonth = new Date(ms);
  // Day 0 of the next month. setUTCFullYear, not Date.UTC, which takes the years 0 to 99 for 1900 to 1999.
  lengthOfMonth.setUTCFullYear(year, month + 1, 0);
  return date.setUTCFullYear(year, month, Math.min(date.getUTCDate(), lengthOfMonth.getUTCDate()));
}

/**
 * The last multiple of a step at or before a time, counted from midnight UTC.
 * @throws CeremonyError DATE_INVALID when the step does not divide a day: its multiples would wander
 */
export function floorTo(ms: UtcMs, step: string): UtcMs {
  const length = durationMs(step);
  if (length > DAY || DAY % length !== 0) {
    throw new CeremonyError(
      'DATE_INVALID',
      `"${step}" does not divide a day, expected a step such as PT1M, PT1H or P1D`,
    );
  }
  return Math.floor(ms / length) * length;
}
