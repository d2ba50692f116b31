import { canonicalBytes } from '../base/canonical-json.ts';
import { type Operation, readDescriptor } from '../quorum/operation.ts';
import { setOfEnvelope } from '../quorum/share-envelope.ts';
import type { Event, FileEvent } from '../transcript/event.ts';
import type { Ledger, LedgerShareSet, LedgerUnusedSet } from './ledger.ts';
import { isDestroyed, unitNamed } from './media.ts';

/*
 * Envelopes of share sets that were sealed and never put to use: where a ceremony was cut off before the HSM was asked for
 * anything, it makes another set when it goes on, and what it had written lies beside the envelopes that count.
 */

/**
 * Those of before, and those of which this ceremony has written envelopes and that open nothing. A set that was being put on a
 * token by a preparation which came to no end is none of them: the token may have its PIN.
 * @param sets of the ledger after the ceremony
 * @throws CeremonyError DESCRIPTOR_INVALID, JSON_NOT_CANONICAL
 */
export function unusedAfter(
  events: readonly Event[],
  before: readonly LedgerUnusedSet[],
  sets: readonly Pick<LedgerShareSet, 'id'>[],
): readonly LedgerUnusedSet[] {
  const used = new Set([...sets.map(({ id }) => id), ...mayBeOnToken(events)]);
  const written = events.flatMap((event) => {
    const id = event.type === 'file' && event.medium !== null ? setOfEnvelope(nameOf(event.path)) : undefined;
    return id === undefined || used.has(id) ? [] : [{ id, event: event as FileEvent & { readonly medium: string } }];
  });
  const unused = [...Map.groupBy(written, ({ id }) => id)].map(([id, files]) => ({
    set: id,
    step: files[0]?.event.step ?? '',
    envelopes: Object.fromEntries(
      [...Map.groupBy(files, ({ event }) => event.medium)].map(([medium, on]) => [
        medium,
        [...new Set(on.map(({ event }) => event.path))].sort(),
      ]),
    ),
  }));
  return [...before, ...unused.filter(({ set }) => !before.some((one) => one.set === set))];
}

/** What of them is left: each with the media that are not destroyed, and none without one. */
export function unusedLeft({ unused = [], custody }: Pick<Ledger, 'unused' | 'custody'>): readonly LedgerUnusedSet[] {
  return unused.flatMap((one) => {
    const left = Object.entries(one.envelopes).filter(([medium]) => !isDestroyed(unitNamed(medium), { custody }));
    return left.length === 0 ? [] : [{ ...one, envelopes: Object.fromEntries(left) }];
  });
}

/** Sets of preparations that were begun, and after which the token was not made ready with others. */
function mayBeOnToken(events: readonly Event[]): readonly string[] {
  const operations = new Map<number, Operation>();
  const begun = new Map<string, readonly string[]>();
  for (const event of events) {
    if (event.type === 'proposed')
      operations.set(event.seq, readDescriptor(canonicalBytes(event.descriptor)).operation);
    const operation = event.type === 'intent' || event.type === 'result' ? operations.get(event.proposal) : undefined;
    if (operation?.op !== 'prepare-token') continue;
    const { name } = operation.hsm;
    if (event.type === 'intent') begun.set(name, [...(begun.get(name) ?? []), ...operation.sets.map(({ id }) => id)]);
    else if (event.type === 'result' && event.outcome === 'done') begun.delete(name);
  }
  return [...begun.values()].flat();
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
