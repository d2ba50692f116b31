import { NO_DIGEST, type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { readChainLine, readEventLine, splitLines } from './chain.ts';
import type { Event } from './event.ts';

/** The record that a crash left: what was committed, and how long it is in both files. */
export interface Committed {
  readonly events: readonly Event[];
  /** The head after each event. */
  readonly heads: readonly Sha256[];
  /** Bytes of events.jsonl and chain.jsonl that are committed; what follows is not. */
  readonly eventBytes: number;
  readonly chainBytes: number;
}

/**
 * The committed part of a transcript: an event counts once its chain line, line feed included, is there. Less than
 * that may be missing at the end; anything else that does not fit is no crash.
 * @throws CeremonyError TRANSCRIPT_BROKEN, JSON_NOT_CANONICAL
 */
export function committedPart(eventsFile: Uint8Array, chainFile: Uint8Array): Committed {
  const events = splitLines(eventsFile).lines;
  const chain = splitLines(chainFile).lines;
  const read: Event[] = [];
  const heads: Sha256[] = [];
  let eventBytes = 0;
  let chainBytes = 0;
  for (const [index, line] of chain.entries()) {
    const seq = index + 1;
    const { leaf, prev, seq: stated } = readChainLine(line, seq);
    const event = events[index];
    if (stated !== seq || prev !== (heads.at(-1) ?? NO_DIGEST) || !event || leaf !== sha256(event))
      throw new CeremonyError('TRANSCRIPT_BROKEN', `line ${seq} of the transcript does not chain`, {
        hint: 'a crash does not do this: do not go on with this folder',
      });
    read.push(readEventLine(event, seq));
    heads.push(sha256(line));
    eventBytes += event.length + 1;
    chainBytes += line.length + 1;
  }
  return { events: read, heads, eventBytes, chainBytes };
}
