import type { Json, JsonObject } from '../base/canonical-json.ts';
import type { Event, ObservationEvent } from '../transcript/event.ts';

/*
 * Facts as a record has them: whoever wrote it may have written anything. What is of another kind than expected counts
 * as empty, and fails the judgement that rests on it; it must not end the verifier.
 */

export function objectIn(value: Json | undefined): JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function objectsIn(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.map((item) => objectIn(item)) : [];
}

/** The one observation of that subject; undefined where there is none, or where there are several that may differ. */
export function observationIn(own: readonly Event[], subject: string): (Event & ObservationEvent) | undefined {
  const [seen, ...more] = own.filter(
    (event): event is Event & ObservationEvent => event.type === 'observation' && event.subject === subject,
  );
  return more.length === 0 ? seen : undefined;
}
