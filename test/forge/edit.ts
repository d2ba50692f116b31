import { canonicalBytes, type Json, type JsonObject } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import type { Event, EventData, EventType } from '../../src/transcript/event.ts';

/** Small changes to a list of events, for vectors. */

type Of<T extends EventType> = Extract<Event, { readonly type: T }>;
type Match<T extends EventType> = (event: Of<T>) => boolean;

/** Changes every event of a type that matches, as it is about to be linked. */
export function onEvent<T extends EventType>(type: T, match: Match<T>, change: (event: Of<T>) => unknown) {
  return (event: Event): Event | undefined =>
    event.type === type && match(event as Of<T>) ? (change(event as Of<T>) as Event) : undefined;
}

/** The same, before anything is linked: what depends on it follows. */
export function changing<T extends EventType>(type: T, match: Match<T>, change: (event: Of<T>) => unknown) {
  return (events: readonly Event[]): readonly Event[] =>
    events.map((event) => (event.type === type && match(event as Of<T>) ? (change(event as Of<T>) as Event) : event));
}

export function dropping(match: (event: Event) => boolean) {
  return (events: readonly Event[]): readonly Event[] => events.filter((event) => !match(event));
}

let added = 0;

/** Adds an event after the first that matches, at the same time and with a salt of its own. */
export function addingAfter(
  match: (event: Event) => boolean,
  data: (after: Event, events: readonly Event[]) => EventData,
) {
  return (events: readonly Event[]): readonly Event[] => {
    const index = events.findIndex(match);
    const after = events[index];
    if (!after) throw new Error('no event to add after');
    added += 1;
    const salt = sha256(`added ${added}`).slice(0, 32);
    const event = { ...data(after, events), seq: 100_000 + added, at: after.at, salt } as Event;
    return [...events.slice(0, index + 1), event, ...events.slice(index + 1)];
  };
}

/** Moves events that match to after the last of what `to` matches; times stay in the order of the list. */
export function moving(match: (event: Event) => boolean, to: (event: Event) => boolean) {
  return (events: readonly Event[]): readonly Event[] => {
    const moved = events.filter(match);
    const rest = events.filter((event) => !match(event));
    const index = rest.findLastIndex(to);
    return retimed([...rest.slice(0, index + 1), ...moved, ...rest.slice(index + 1)]);
  };
}

export function retimed(events: readonly Event[]): readonly Event[] {
  const times = events.map((event) => event.at).sort();
  return events.map((event, index) => ({ ...event, at: times[index] as string }));
}

/** Everything between a step's begin and its end, both included. */
export function frameOf(events: readonly Event[], step: string): readonly Event[] {
  const inStep = (phase: string) => (event: Event) =>
    event.type === 'step' && event.step === step && event.phase === phase;
  return events.slice(events.findIndex(inStep('begin')), events.findIndex(inStep('end')) + 1);
}

export function chained(...edits: readonly ((events: readonly Event[]) => readonly Event[])[]) {
  return (events: readonly Event[]): readonly Event[] => edits.reduce((list, edit) => edit(list), events);
}

/** The proposal of a step, by the step's key. */
export function proposalSeq(events: readonly Event[], step: string): number {
  const proposed = events.find((event) => event.type === 'proposed' && event.step === step);
  if (!proposed) throw new Error(`no proposal of ${step}`);
  return proposed.seq;
}

/** Another descriptor for a step's proposal; its digest follows, and with it what people approve. */
export function redescribed(step: string, change: (descriptor: Record<string, Json>) => void) {
  return changing(
    'proposed',
    (event) => event.step === step,
    (event) => {
      const descriptor = structuredClone(event.descriptor) as Record<string, Json>;
      change(descriptor);
      return { ...event, descriptor, digest: sha256(canonicalBytes(descriptor)) };
    },
  );
}

/** Other facts in the result of a step's operation. */
export function refacted(step: string, change: (facts: Record<string, Json>) => void) {
  return (events: readonly Event[]): readonly Event[] => {
    const seq = proposalSeq(events, step);
    return changing(
      'result',
      (event) => event.proposal === seq,
      (event) => ({ ...event, facts: changed(event.facts, change) }),
    )(events);
  };
}

export function changed(object: JsonObject, change: (copy: Record<string, Json>) => void): JsonObject {
  const copy = structuredClone(object) as Record<string, Json>;
  change(copy);
  return copy;
}

/** Leaves one seat out of the approvers of a step's intent. */
export function withoutApprover(step: string, seat: string) {
  return (events: readonly Event[]): readonly Event[] => {
    const seq = proposalSeq(events, step);
    return changing(
      'intent',
      (event) => event.proposal === seq,
      (event) => ({
        ...event,
        approvers: event.approvers.filter((one) => one !== seat),
      }),
    )(events);
  };
}
