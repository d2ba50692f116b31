import type { Event } from './event.ts';

/**
 * The record as it was corrected: each answer with the values that its last correction gave them. The events are the
 * same otherwise, in the same order, and corrections stay among them. Pure; whoever draws a conclusion from an answer
 * (a condition, a judgement) reads it this way, and whoever shows the record shows both.
 * Of a correction only what the answer has is taken, and only where it follows that answer: all else is a verifier's.
 */
export function withCorrections(events: readonly Event[]): readonly Event[] {
  const corrections = Map.groupBy(
    events.filter((event) => event.type === 'correction'),
    (event) => event.answer,
  );
  if (corrections.size === 0) return events;
  return events.map((event) => {
    if (event.type !== 'answer') return event;
    const later = (corrections.get(event.seq) ?? []).filter((correction) => correction.seq > event.seq);
    if (later.length === 0) return event;
    const changes = later.flatMap(({ values }) =>
      Object.entries(values).filter(([name]) => Object.hasOwn(event.values, name)),
    );
    return { ...event, values: { ...event.values, ...Object.fromEntries(changes) } };
  });
}
