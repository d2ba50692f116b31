import type { Json } from '../base/canonical-json.ts';
import { isSha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Event, ObservationEvent } from '../transcript/event.ts';
import type { LedgerKeyFiles } from './ledger.ts';

/**
 * Where the files are that hold keys: what was written onto media last, by module. Those of modules that this ceremony
 * wrote nothing of stand as they were.
 * @throws CeremonyError TRANSCRIPT_BROKEN
 */
export function keyFilesAfter(events: readonly Event[], before: readonly LedgerKeyFiles[]): LedgerKeyFiles[] {
  const written = new Map<string, LedgerKeyFiles>();
  for (const event of events) {
    if (event.type !== 'observation' || event.subject !== 'key-files' || event.facts['when'] !== 'written') continue;
    const { module, folder, files } = event.facts;
    if (typeof module !== 'string' || typeof folder !== 'string') broken(event);
    else written.set(module, { module, folder, files: filesIn(files, event), media: mediaAfter(event, events) });
  }
  return [...before.filter(({ module }) => !written.has(module)), ...written.values()];
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
