import { canonicalBytes } from '../base/canonical-json.ts';
import { type Operation, readDescriptor } from '../quorum/operation.ts';
import type { Event, FileEvent } from '../transcript/event.ts';
import { type Done, fact } from './done.ts';
import type { LedgerBackup, LedgerKey, LedgerShareSet, LedgerThing } from './ledger.ts';
import { isDestroyed, unitNamed } from './media.ts';
import { paperLeft } from './paper-shares.ts';

type Wrapping = Extract<Operation, { op: 'wrap-key' }>;
type Written = Event & FileEvent & { readonly medium: string };

/**
 * The wrapped keys after a ceremony: those before, those of each wrapping that was done, and one of each that was begun, or lies
 * on media, and came to no end: whoever has the computer can have kept what the HSM gave out, and say that it gave nothing.
 * @throws CeremonyError TRANSCRIPT_BROKEN, DESCRIPTOR_INVALID, JSON_NOT_CANONICAL
 */
export function deriveBackups(
  done: readonly Done<'wrap-key'>[],
  events: readonly Event[],
  nameOfKey: (spkiSha256: string) => LedgerKey['name'],
  previous: readonly LedgerBackup[],
): LedgerBackup[] {
  const rows = new Map<string, LedgerBackup>();
  const begun = new Set(events.flatMap((event) => (event.type === 'intent' ? [event.proposal] : [])));
  for (const event of events) {
    if (event.type !== 'proposed' || event.descriptor['op'] !== 'wrap-key') continue;
    const operation = readDescriptor(canonicalBytes(event.descriptor)).operation as Wrapping;
    const [last] = writtenAs(operation.out, events).slice(-1);
    if (!last && !begun.has(event.seq)) continue;
    const { sha256 = null, size = null } = last ?? {};
    const made = { sha256, size, madeAt: null, state: 'orphan' as const };
    rows.set(operation.set.id, row(operation, event.step, events, nameOfKey, made));
  }
  for (const { operation, step, result } of done) {
    const size = result.facts['size'];
    const made = {
      sha256: fact(result, 'sha256'),
      size: typeof size === 'number' ? size : 0,
      madeAt: result.at,
      state: 'kept' as const,
    };
    rows.set(operation.set.id, row(operation, step.key, events, nameOfKey, made));
  }
  return [...previous, ...rows.values()];
}

/**
 * A wrapped key is gone with the last medium that has it, and nothing else shows that it is. One of which no medium is known is
 * with the last medium that has envelopes of the set that opens it, and with the last of its shares on paper.
 */
export function withDestroyed(
  backups: readonly LedgerBackup[],
  custody: readonly LedgerThing[],
  sets: readonly LedgerShareSet[],
): LedgerBackup[] {
  const isGone = (medium: string) => isDestroyed(unitNamed(medium), { custody });
  return backups.map((backup) => {
    const opens = sets.find(({ id }) => id === backup.set);
    const isKnown = backup.media.length > 0;
    const media = isKnown ? backup.media : Object.keys(opens?.envelopes ?? {});
    const isReadable = !isKnown && opens !== undefined && paperLeft(opens, custody).length > 0;
    return media.length > 0 && media.every(isGone) && !isReadable ? { ...backup, state: 'destroyed' } : backup;
  });
}

/** Sets of which the wrapped key is gone open nothing any more. */
export function withVoidKeks(sets: readonly LedgerShareSet[], backups: readonly LedgerBackup[]): LedgerShareSet[] {
  return sets.map((set) => {
    const own = backups.filter((backup) => backup.set === set.id);
    const isVoid = set.kind === 'kek' && own.length > 0 && own.every(({ state }) => state === 'destroyed');
    return isVoid ? { ...set, state: 'void' } : set;
  });
}

function row(
  { key, set, algorithm, out }: Wrapping,
  step: string,
  events: readonly Event[],
  nameOfKey: (spkiSha256: string) => LedgerKey['name'],
  made: Pick<LedgerBackup, 'sha256' | 'size' | 'madeAt' | 'state'>,
): LedgerBackup {
  const media = writtenAs(out, events).flatMap(({ sha256, medium }) => (sha256 === made.sha256 ? [medium] : []));
  return {
    ...{ key: nameOfKey(key), spkiSha256: key, set: set.id, algorithm, file: out, ...made, step },
    media: [...new Set(media)].sort(),
  };
}

function writtenAs(file: string, events: readonly Event[]): Written[] {
  return events.filter(
    (event): event is Written => event.type === 'file' && event.medium !== null && event.path === file,
  );
}
