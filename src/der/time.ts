import { contentOf, type DerNode, refuse } from './reader.ts';
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
  if (node.tag !== TAG.utcTime && node.tag !== TAG.generalizedTime) {
    refuse(node.source, node.at, `expected UTCTime or GeneralizedTime for ${what}, found ${tagName(node.tag)}`);
  }
  const utc = node.tag === TAG.utcTime;
  let text = '';
  for (const octet of contentOf(node)) text += String.fromCharCode(octet);
  if (!(utc ? /^[0-9]{12}Z$/ : /^[0-9]{14}Z$/).test(text)) {
    refuse(node.source, node.contentAt, `expected ${utc ? 'YYMMDDHHMMSSZ' : 'YYYYMMDDHHMMSSZ'} for ${what}`);
  }
  const digits = utc ? (Number(text.slice(0, 2)) < 50 ? '20' : '19') + text : text;
  const part = (from: number, to: number) => digits.slice(from, to);
  const at = `${part(0, 4)}-${part(4, 6)}-${part(6, 8)}T${part(8, 10)}:${part(10, 12)}:${part(12, 14)}Z`;
  if (!isCalendarTime(at))
    refuse(node.source, node.contentAt, `expected a time of the calendar for ${what}, found "${at}"`);
  return { at, form: utc ? 'utc' : 'generalized' };
}

/** `YYYY-MM-DDTHH:MM:SSZ` with a day that exists (proleptic Gregorian) and seconds up to 59: leap seconds are refused. */
export function isCalendarTime(at: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(at)) return false;
  const number = (from: number, to: number) => Number(at.slice(from, to));
  const [year, month, day] = [number(0, 4), number(5, 7), number(8, 10)];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= days && number(11, 13) < 24 && number(14, 16) < 60 && number(17, 19) < 60;
}
