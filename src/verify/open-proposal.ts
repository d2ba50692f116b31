import type { Event } from '../transcript/event.ts';
import type { Proposal } from './parts.ts';

/** Whether a proposal might still be used when that event was recorded, or was in use. */
export function isOpenAt(
  { seq, event, declined, results }: Proposal,
  later: Pick<Event, 'seq' | 'at'>,
  events: readonly Event[],
): boolean {
  if (later.at > event.expires) return false;
  const ends = events.filter(
    (one) => one.type === 'abort' || (one.type === 'resume' && (one.voided.includes(seq) || one.open === seq)),
  );
  return ![...declined, ...results, ...ends].some((one) => one.seq > seq && one.seq < later.seq);
}
