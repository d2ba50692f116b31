import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { isSha256, type Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Event, ObservationEvent } from '../transcript/event.ts';
import type { LedgerPlan } from './done.ts';
import type { Ledger, LedgerCopy, LedgerKey, LedgerKeyFiles } from './ledger.ts';
import { isDestroyed, unitNamed } from './media.ts';

/** The keys that there are, on HSMs of which modules, at the end. */
interface Known {
  readonly keys: readonly LedgerKey[];
  readonly copies: readonly LedgerCopy[];
  readonly tokens: LedgerPlan['tokens'];
}

/**
 * Where the files are that hold keys: all that was ever written onto media. What is written anew takes nothing from the
 * media of before; the same files on more media are one entry.
 * @throws CeremonyError TRANSCRIPT_BROKEN
 */
export function keyFilesAfter(
  events: readonly Event[],
  before: readonly LedgerKeyFiles[],
  known: Known,
): LedgerKeyFiles[] {
  const all = new Map<string, LedgerKeyFiles>();
  const add = (entry: LedgerKeyFiles) => {
    const { media, ...what } = entry;
    const same = canonicalJson(what as unknown as Json);
    all.set(same, { ...what, media: [...new Set([...(all.get(same)?.media ?? []), ...media])].sort() });
  };
  for (const entry of before) add(entry);
  for (const event of events) {
    if (event.type !== 'observation' || event.subject !== 'key-files' || event.facts['when'] !== 'written') continue;
    const { module, folder, files } = event.facts;
    if (typeof module !== 'string' || typeof folder !== 'string') broken(event);
    else
      add({
        ...{ module, folder, files: filesIn(files, event) },
        ...{ keys: keysThere(module, event.at, known), media: mediaAfter(event, events) },
      });
  }
  return [...all.values()];
}

/** Keys of which such files are left: on a medium that is not destroyed, or on one that nobody has read back. */
export function keysInFiles({ keyFiles = [], custody }: Pick<Ledger, 'keyFiles' | 'custody'>): ReadonlySet<Sha256> {
  const left = keyFiles.filter(
    ({ media }) => media.length === 0 || !media.every((medium) => isDestroyed(unitNamed(medium), { custody })),
  );
  return new Set(left.flatMap(({ keys }) => keys));
}

/** Those that an HSM of the module had at that time; also where a copy of it was shown only afterwards. */
function keysThere(module: string, at: string, { keys, copies, tokens }: Known): Sha256[] {
  const serials = new Set(tokens.flatMap((token) => (token.module === module ? [token.serial] : [])));
  return keys
    .filter((key) => {
      const own = copies.filter(({ spkiSha256 }) => spkiSha256 === key.spkiSha256);
      const isThere = [key, ...own].some(
        ({ token, destroyed }) => serials.has(token) && (destroyed === undefined || destroyed.at > at),
      );
      return isThere && (key.generatedAt ?? '') <= at;
    })
    .map(({ spkiSha256 }) => spkiSha256);
}

/** Of the run of the step that wrote them. */
function mediaAfter({ seq, step }: Event & ObservationEvent, events: readonly Event[]): string[] {
  const later = events.filter((event) => event.seq > seq);
  const ends = later.findIndex((event) => event.type === 'step' && event.step === step);
  const media = later
    .slice(0, ends < 0 ? later.length : ends)
    .flatMap((event) =>
      event.type === 'observation' && event.step === step && event.subject === 'medium'
        ? [String(event.facts['medium'])]
        : [],
    );
  return [...new Set(media)].sort();
}

function filesIn(files: Json | undefined, event: Event): LedgerKeyFiles['files'] {
  if (!Array.isArray(files)) return broken(event);
  return files.map((file: Json) => {
    const { path, sha256 } = (file ?? {}) as { readonly path?: Json; readonly sha256?: Json };
    if (typeof path !== 'string' || typeof sha256 !== 'string' || !isSha256(sha256)) return broken(event);
    return { path, sha256 };
  });
}

function broken({ seq }: Event): never {
  throw new CeremonyError('TRANSCRIPT_BROKEN', `no ledger can be derived: event ${seq} does not say which key files`);
}
