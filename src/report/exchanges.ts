import { type Exchange, exchangesIn } from '../plan/plan-in-force.ts';
import { DEVIATION_CLASS } from '../quorum/deviation.ts';
import type { PackRecord } from './record.ts';
import { clockOf } from './times.ts';

/** Who came for whom, and from which event on; nobody without a roster, which says how many must approve. */
export function exchangesOf({ roster, events }: PackRecord): readonly Exchange[] {
  return exchangesIn(events, roster?.classes.get(DEVIATION_CLASS)?.need ?? Number.POSITIVE_INFINITY);
}

/** When a person came in the place of somebody, and when they left, each with the event from which on it holds. */
export function exchangeLines(record: PackRecord, seat: string): string[] {
  return exchangesOf(record).flatMap(({ since, leaves, comes }) => {
    const at = clockOf(record.events.find(({ seq }) => seq === since)?.at ?? '');
    if (seat === comes) return [`came ${at}, event ${since}, for ${leaves}`];
    return seat === leaves ? [`left ${at}, event ${since}; ${comes} came`] : [];
  });
}
