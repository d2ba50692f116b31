import type { Ledger } from '../ledger/ledger.ts';
import { lastLosses } from '../ledger/losses.ts';
import type { Event } from '../transcript/event.ts';

/**
 * Whether a quorum token was lost when the event of that seq was recorded: by the ledger before, and by what was declared here.
 * @returns by SHA-256 of the SubjectPublicKeyInfo that it signs with
 */
export type WasLost = (signingSpki: string, seq: number) => boolean;

/** Undefined where nothing was ever declared of any. */
export function lostTokens(before: Pick<Ledger, 'losses'> | null, events: readonly Event[]): WasLost | undefined {
  const earlier = new Set(
    lastLosses(before ?? {}).flatMap(({ kind, thing, state }) =>
      kind === 'quorum-token' && state === 'lost' ? [thing] : [],
    ),
  );
  const declared = events.flatMap((event) =>
    event.type === 'result' && event.outcome === 'done' && event.facts['kind'] === 'quorum-token'
      ? [{ seq: event.seq, thing: event.facts['thing'], isLost: event.facts['to'] === 'lost' }]
      : [],
  );
  if (earlier.size === 0 && declared.length === 0) return undefined;
  return (thing, seq) => declared.findLast((one) => one.thing === thing && one.seq < seq)?.isLost ?? earlier.has(thing);
}
