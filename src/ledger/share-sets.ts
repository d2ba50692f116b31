import { canonicalBytes } from '../base/canonical-json.ts';
import { type Operation, readDescriptor } from '../quorum/operation.ts';
import { envelopeName } from '../quorum/share-envelope.ts';
import type { ShareSet } from '../quorum/share-set.ts';
import type { Event, FileEvent } from '../transcript/event.ts';
import type { LedgerShareSet } from './ledger.ts';
import { paperOf } from './paper-shares.ts';

/** Operations for which nobody opens a share. */
const DECIDES: ReadonlySet<Operation['op']> = new Set(['set-key-state', 'record-loss']);

type Rotation = Extract<Operation, { op: 'rotate-activation' }>;

/**
 * The share sets after a ceremony: those of each preparation that was done; of each rotation that was done the new set
 * in place of the old one, which is superseded; and of one that was begun and is not known to be done both, since the
 * token may have either PIN. The sets of a token that was erased are superseded too.
 * @param previous of the ledger before, which stand first
 * @throws CeremonyError DESCRIPTOR_INVALID, JSON_NOT_CANONICAL
 */
export function deriveShareSets(
  events: readonly Event[],
  previous: readonly LedgerShareSet[],
): readonly LedgerShareSet[] {
  const operations = new Map<number, Operation>();
  const begun = new Map<number, readonly string[]>();
  const sets = new Map(previous.map((set) => [set.id, set]));
  const change = (id: string, to: Partial<LedgerShareSet>) => {
    const set = sets.get(id);
    if (set) sets.set(id, { ...set, ...to });
  };
  const open = (ids: readonly string[], seats: readonly string[]) => {
    for (const id of ids)
      change(id, { unproven: (sets.get(id)?.unproven ?? []).filter((seat) => !seats.includes(seat)) });
  };
  const add = (set: ShareSet, hsm: string, state: LedgerShareSet['state']) => {
    if (!sets.has(set.id)) {
      const unproven = set.shares.map((share) => share.seat);
      const places = { envelopes: envelopesOf(set, events), ...paperOf(set.id, events) };
      sets.set(set.id, { ...set, hsm, state, unproven, ...places });
    }
    change(set.id, { state });
  };
  for (const event of events) {
    if (event.type === 'proposed') {
      operations.set(event.seq, readDescriptor(canonicalBytes(event.descriptor)).operation);
      continue;
    }
    if (event.type === 'intent') {
      begun.set(event.proposal, event.approvers);
      const operation = operations.get(event.proposal);
      if (operation?.op === 'rotate-activation') {
        // Whether it came to an end is not known until its result says so.
        add(operation.set, operation.hsm.serial ?? '', 'begun');
        open([operation.set.id, operation.replaces.id], event.approvers);
      } else if (operation?.op === 'zeroize-token') {
        open([operation.set.id], event.approvers);
      } else if (operation && operation.op !== 'prepare-token' && !DECIDES.has(operation.op)) {
        // What was wrapped may lie on a medium from here on.
        if (operation.op === 'wrap-key') {
          add(operation.set, operation.hsm.serial ?? '', 'begun');
          open([operation.set.id], event.approvers);
        }
        const used = [...sets.values()].filter(
          ({ hsm, kind, state }) =>
            hsm === operation.hsm.serial &&
            (kind === 'user' || (kind === 'so' && operation.op === 'wrap-key')) &&
            state === 'current',
        );
        open(
          used.map((set) => set.id),
          event.approvers,
        );
      }
      continue;
    }
    if (event.type !== 'result') continue;
    const operation = operations.get(event.proposal);
    if (operation?.op === 'prepare-token' && event.outcome === 'done') {
      for (const { id, hsm, kind, state } of sets.values())
        if (hsm === event.facts['serial'] && kind !== 'kek' && state !== 'void') change(id, { state: 'superseded' });
      for (const set of operation.sets) {
        add(set, String(event.facts['serial']), 'current');
        // All its custodians had opened theirs, before an interruption too.
        change(set.id, { unproven: [] });
      }
    } else if (operation?.op === 'wrap-key') {
      // All its custodians had opened theirs before it was put to use.
      // Else it stays begun, whatever is said: whoever has the computer can have kept what was wrapped under it.
      if (event.outcome === 'done') change(operation.set.id, { state: 'current', unproven: [] });
    } else if (operation?.op === 'zeroize-token' && event.outcome === 'done') {
      // The token has nothing that its user could open; whether another HSM has, is seen from all that is known. Its security
      // officer's PIN outlasts the erasure.
      for (const { id, hsm, kind, state } of sets.values())
        if (hsm === operation.hsm.serial && kind === 'user' && state !== 'void') change(id, { state: 'superseded' });
    } else if (operation?.op === 'rotate-activation') {
      if (event.outcome === 'done') {
        change(operation.replaces.id, { state: 'superseded' });
        change(operation.set.id, { state: 'current' });
      } else if (event.facts['reached'] === 'no' && !wasBegunBefore(operation, event.seq, events, operations)) {
        // It is certain that the token does not have its PIN: it opens nothing.
        sets.delete(operation.set.id);
      }
    }
  }
  return [...sets.values()];
}

/** Which set took another's place: of rotations that were done, old id → new id. */
export function successors(done: readonly { readonly operation: Rotation }[]): ReadonlyMap<string, string> {
  return new Map(done.map(({ operation }) => [operation.replaces.id, operation.set.id]));
}

/** Whether an earlier try with the same set may have reached the token. */
function wasBegunBefore(
  { set }: Rotation,
  seq: number,
  events: readonly Event[],
  operations: ReadonlyMap<number, Operation>,
): boolean {
  return events.some((event) => {
    if (event.type !== 'intent' || event.seq >= seq) return false;
    const operation = operations.get(event.proposal);
    if (operation?.op !== 'rotate-activation' || operation.set.id !== set.id) return false;
    const result = events.find((one) => one.type === 'result' && one.proposal === event.proposal);
    return !(result?.type === 'result' && result.facts['reached'] === 'no');
  });
}

/** Where its envelopes lie: medium → paths, sorted. */
function envelopesOf(set: ShareSet, events: readonly Event[]): LedgerShareSet['envelopes'] {
  const names = new Set(set.shares.map((share) => envelopeName(set.id, share.seat)));
  const copies = events.filter((event): event is FileEvent & Event & { readonly medium: string } => {
    return (
      event.type === 'file' && event.medium !== null && names.has(event.path.slice(event.path.lastIndexOf('/') + 1))
    );
  });
  return Object.fromEntries(
    [...Map.groupBy(copies, (copy) => copy.medium)].map(([medium, on]) => [medium, on.map((copy) => copy.path).sort()]),
  );
}
