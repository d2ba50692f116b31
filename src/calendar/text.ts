import { parseUtc } from '../base/dates.ts';
import { escapeForeign } from '../base/text.ts';
import { DUE_KINDS } from './due-date.ts';
import type { Calendar } from './due-dates.ts';
import type { CalendarFacts } from './facts.ts';

const DAY = 86_400_000;
const TITLE = Math.max(...Object.values(DUE_KINDS).map(({ title }) => title.length));
const DISTANCE = 'PAST by less than a day'.length;

/**
 * The calendar as a table for people, foreign text escaped: time, distance, what falls due, and of what; below it what
 * is to be known.
 * @param asOf UTC, from which distances are counted
 */
export function calendarText({ dates, notes }: Calendar, facts: CalendarFacts, asOf: string): string[] {
  const past = dates.filter(({ at }) => at < asOf).length;
  return [
    `${facts.mode === 'rehearsal' ? 'REHEARSAL: ' : ''}due dates by the ledger of ceremony ${facts.ledger.number}, closed at ${facts.closedAt}`,
    `ledger ${facts.digest}`,
    `as of ${asOf}`,
    '',
    ...dates.flatMap(({ kind, at, what, says }) => [
      `${at}  ${distance(at, asOf).padEnd(DISTANCE)}  ${DUE_KINDS[kind].title.padEnd(TITLE)}  ${escapeForeign(what)}`,
      `${' '.repeat(at.length + 2)}${escapeForeign(says)}`,
    ]),
    ...(dates.length === 0 ? ['nothing is due'] : []),
    ...notes.map((note) => `note: ${escapeForeign(note)}`),
    `${dates.length} ${dates.length === 1 ? 'date' : 'dates'}, ${past} past`,
  ];
}

function distance(at: string, asOf: string): string {
  const away = parseUtc(at) - parseUtc(asOf);
  const days = Math.floor(Math.abs(away) / DAY);
  const words = days === 0 ? 'less than a day' : `${days} ${days === 1 ? 'day' : 'days'}`;
  return away < 0 ? `PAST by ${words}` : `in ${words}`;
}
