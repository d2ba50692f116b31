import { type DerNode, refuse } from './reader.ts';
import { TAG, tagName } from './tags.ts';

/** A time of a certificate or CRL: the second it names and the form in which it was written. */
export interface DerTime {
  /** `YYYY-MM-DDTHH:MM:SSZ` */
  readonly at: string;
  readonly form: 'utc' | 'generalized';
}

/**
 * UTCTime or GeneralizedTime in the one form that DER and RFC 5280 §4.1.2.5 allow: seconds, `Z`, no fraction, a day
 * of the calendar. UTCTime's years 50..99 are 19xx.
 * @throws CeremonyError DER_INVALID
 */
export function timeOf(node: DerNode, what: string): DerTime {
  checkTime(node, what);
  return { at: textOf(node), form: node.tag === TAG.utcTime ? 'utc' : 'generalized' };
}

/** Whether it is such a time, of a million that are not looked at. @throws CeremonyError DER_INVALID */
export function checkTime(node: DerNode, what: string): void {
  if (node.tag !== TAG.utcTime && node.tag !== TAG.generalizedTime) {
    refuse(node.source, node.at, `expected UTCTime or GeneralizedTime for ${what}, found ${tagName(node.tag)}`);
  }
  const { bytes } = node.source;
  const utc = node.tag === TAG.utcTime;
  const digits = utc ? 12 : 14;
  const end = node.contentAt + digits;
  let isForm = node.end === end + 1 && bytes[end] === 0x5a;
  for (let i = node.contentAt; i < end && isForm; i++) isForm = bytes[i]! >= 0x30 && bytes[i]! <= 0x39;
  if (!isForm) refuse(node.source, node.contentAt, `expected ${utc ? 'YYMMDDHHMMSSZ' : 'YYYYMMDDHHMMSSZ'} for ${what}`);
  const [month, day] = [pair(bytes, end - 10), pair(bytes, end - 8)];
  const [hour, minute, second] = [pair(bytes, end - 6), pair(bytes, end - 4), pair(bytes, end - 2)];
  const year = yearOf(node);
  if (!isInCalendar(year, month, day, hour, minute, second))
    refuse(node.source, node.contentAt, `expected a time of the calendar for ${what}, found "${textOf(node)}"`);
}

/** Of one of the right form. */
function yearOf({ source: { bytes }, tag, contentAt }: DerNode): number {
  const first = pair(bytes, contentAt);
  if (tag === TAG.utcTime) return first < 50 ? 2000 + first : 1900 + first;
  return first * 100 + pair(bytes, contentAt + 2);
}

function textOf(node: DerNode): string {
  const { bytes } = node.source;
  const end = node.end - 1;
  const two = (from: number) => TWO[pair(bytes, end - from)];
  return `${String(yearOf(node)).padStart(4, '0')}-${two(10)}-${two(8)}T${two(6)}:${two(4)}:${two(2)}Z`;
}

const TWO = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'));

/** The number of two ASCII digits. Written out, since a CRL has a million times. */
export function pair(bytes: Uint8Array, at: number): number {
  return (bytes[at]! - 0x30) * 10 + bytes[at + 1]! - 0x30;
}

/** `YYYY-MM-DDTHH:MM:SSZ` with a day that exists (proleptic Gregorian) and seconds up to 59: leap seconds are refused. */
export function isCalendarTime(at: string): boolean {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$/.exec(at);
  if (!match) return false;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return isInCalendar(year, month, day, hour, minute, second);
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether it is a time of the proleptic Gregorian calendar, for numbers that are not negative. */
export function isInCalendar(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): boolean {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 && leap ? 29 : (DAYS[month - 1] ?? 0);
  return day >= 1 && day <= days && hour < 24 && minute < 60 && second < 60;
}
