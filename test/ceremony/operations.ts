import type { Event } from '../../src/transcript/event.ts';

/** How often one was begun. */
export function intentsOf(operation: string, events: readonly Event[]): number {
  return events.filter((event) => event.type === 'intent' && operationOf(event.proposal, events) === operation).length;
}

/** Those that ended well. */
export function resultsOf(operation: string, events: readonly Event[]) {
  return events.flatMap((event) =>
    event.type === 'result' && event.outcome === 'done' && operationOf(event.proposal, events) === operation
      ? [event]
      : [],
  );
}

function operationOf(proposal: number, events: readonly Event[]): string | undefined {
  const proposed = events[proposal - 1];
  return proposed?.type === 'proposed' ? proposed.operation : undefined;
}
