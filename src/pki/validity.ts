import { parseUtc } from '../base/dates.ts';

/** Seconds of a day (TLS BR §6.3.2). */
export const DAY_SECONDS = 86_400;

/**
 * Length of a validity period, its last second included (RFC 5280 §4.1.2.5, TLS BR §6.3.2): from 00:00:00 to
 * 23:59:59 of one day are 86,400 seconds. Not positive when the end lies before the beginning.
 */
export function validitySeconds(notBefore: string, notAfter: string): number {
  return (parseUtc(notAfter) - parseUtc(notBefore)) / 1000 + 1;
}

/** For messages: `2922 days and 1 second`. */
export function describeSeconds(seconds: number): string {
  const [days, rest] = [Math.floor(seconds / DAY_SECONDS), seconds % DAY_SECONDS];
  const count = (value: number, unit: string) => `${value} ${unit}${value === 1 ? '' : 's'}`;
  return rest === 0 ? count(days, 'day') : `${count(days, 'day')} and ${count(rest, 'second')}`;
}
