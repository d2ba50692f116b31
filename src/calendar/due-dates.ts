import { certificateDates } from './certificate-dates.ts';
import { crlDates } from './crl-dates.ts';
import { type DueDate, INTERVALS, type Intervals } from './due-date.ts';
import type { CalendarFacts } from './facts.ts';
import { backupDrills, custodyChecks, leftCopies, restoreDrills, shareDrills, waiverEnds } from './keeping-dates.ts';
import { lossDates } from './loss-dates.ts';
import { ocspDates } from './ocsp-dates.ts';

export interface Calendar {
  /** Sorted by time, then kind and thing. */
  readonly dates: readonly DueDate[];
  /** What has no date, and why. Foreign text. */
  readonly notes: readonly string[];
}

/**
 * All due dates that follow from a ledger. There is no today in it: the same packs give the same dates on every day.
 * @throws CeremonyError DATE_INVALID for an interval that is no duration, or leads out of the years 0000 to 9999
 */
export function dueDates(facts: CalendarFacts, intervals: Intervals = INTERVALS): Calendar {
  const notes = new Set<string>();
  const note = (text: string) => void notes.add(text);
  const dates = [
    ...crlDates(facts, intervals, note),
    ...ocspDates(facts),
    ...certificateDates(facts, intervals, note),
    ...waiverEnds(facts),
    ...restoreDrills(facts, intervals, note),
    ...backupDrills(facts, intervals, note),
    ...shareDrills(facts, intervals, note),
    ...leftCopies(facts),
    ...lossDates(facts),
    ...custodyChecks(facts, intervals, note),
  ];
  return { dates: dates.sort(byTime), notes: [...notes] };
}

function byTime(one: DueDate, other: DueDate): number {
  const [a, b] = [one, other].map(({ at, kind, what }) => `${at} ${kind} ${what}`) as [string, string];
  return a < b ? -1 : a > b ? 1 : 0;
}
