import type { DerTime } from '../der/time.ts';

/**
 * What is wrong with the type of a time: UTCTime for 1950 to 2049, GeneralizedTime from 2050 (RFC 5280 §4.1.2.5).
 * Seconds, `Z` and no fraction are checked where it is read.
 */
export function timeFormFault(what: string, { at, form }: DerTime): string[] {
  if (at < '1950') return [`${what} ${at} is before 1950, which no certificate or CRL can express`];
  const expected = at < '2050' ? 'utc' : 'generalized';
  if (form === expected) return [];
  return [
    expected === 'utc'
      ? `${what} ${at} is GeneralizedTime, expected UTCTime`
      : `${what} ${at} is UTCTime, expected GeneralizedTime`,
  ];
}
