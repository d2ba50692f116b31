import type { JsonObject } from '../base/canonical-json.ts';
import { sha256 } from '../base/digest.ts';
import type { StepEvidence } from '../plan/step-type.ts';
import type { Event } from '../transcript/event.ts';

/*
 * What lay in the output folder when a medium was written, and so must lie on it: worked out again from the pack and
 * the record. The transcript was shorter then, and what was recorded or sealed later was not there yet.
 */

/** Written when the ceremony is sealed, or after. */
const LATER = /^((ledger|manifest)\.json|SHA256SUMS|VERIFY\.md|verify\.sh|(signatures|timestamps|addenda|views)\/.*)$/;
/** In the folder before the first event, which names them by their digests. */
const BEFORE = /^(?:(?:script|site)\.yaml|(?:plan|people|authorization)\.json|(?:roster|authorization|previous)\/.*)$/;
const TRANSCRIPT = /^(events|chain)\.jsonl$/;
const APPROVAL = /^approvals\/([0-9]+)(?:\.json|\.tbs|-([a-z0-9-]+)\.p7s)$/;
/** Kept aside after an interruption. */
const RECOVERED = /^recovered\//;
const LINE_FEED = 0x0a;

/** Whether a file of the pack may have been copied while the ceremony ran. */
export function isCopied(path: string): boolean {
  return !LATER.test(path);
}

/** What the record says of one copy: how many files, and the SHA-256 of their list. */
export interface Copied {
  readonly files: number;
  /** Undefined where lines of the transcript are withheld: nobody can work out its digest of then. */
  readonly listing: string | undefined;
}

/**
 * @param at the event after which the folder was listed
 * @param read the event after which the files were read, which is the same or a later one
 * @param prefix what stands before each path on the medium
 * @param more lines of what was written with it, as sha256sum has them
 */
export function copiedThen(
  wanted: (path: string) => boolean,
  prefix: string,
  { paths, events, file }: Pick<StepEvidence, 'paths' | 'events' | 'file'>,
  at: number,
  read: number,
  more: readonly string[] = [],
): Copied {
  const there = paths.filter((path) => wanted(path) && isThere(path, events, at));
  const copied = there.map((path) => {
    const bytes = file(path);
    const then = bytes && TRANSCRIPT.test(path) ? firstLines(bytes, read) : bytes;
    return then && `${sha256(then)}  ${prefix}${path}\n`;
  });
  const lines = [...more, ...copied];
  const listing = lines.includes(undefined) ? undefined : sha256(lines.toSorted().join(''));
  return { files: lines.length, listing };
}

export function isCopy(facts: JsonObject, { files, listing }: Copied): boolean {
  return facts['files'] === files && (listing === undefined || facts['listing'] === listing);
}

function isThere(path: string, events: readonly Event[], at: number): boolean {
  if (!isCopied(path)) return false;
  const [, seq, seat] = APPROVAL.exec(path) ?? [];
  if (seq !== undefined) {
    const event = events.find((one) =>
      seat === undefined
        ? one.seq === Number(seq)
        : one.type === 'approval' && one.proposal === Number(seq) && one.seat === seat,
    );
    return event !== undefined && event.seq <= at;
  }
  if (RECOVERED.test(path)) {
    const kept = events.find((event) => event.type === 'resume' && event.recovered.some((one) => one.path === path));
    return kept !== undefined && kept.seq <= at;
  }
  const recorded = events.find((event) => event.type === 'file' && event.medium === null && event.path === path);
  // What nobody recorded was written after the medium, unless it was there before the first event.
  return recorded === undefined ? BEFORE.test(path) || TRANSCRIPT.test(path) : recorded.seq <= at;
}

/** The first lines of the transcript; undefined where one of them is withheld, or there are fewer. */
function firstLines(bytes: Uint8Array, count: number): Uint8Array | undefined {
  let end = 0;
  for (let line = 0; line < count; line++) {
    const next = bytes.indexOf(LINE_FEED, end);
    if (next < 0 || next === end) return undefined;
    end = next + 1;
  }
  return bytes.subarray(0, end);
}
