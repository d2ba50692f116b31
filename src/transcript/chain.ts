import { canonicalJson, parseCanonicalObject } from '../base/canonical-json.ts';
import { isSha256, type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { type Event, type EventData, isEventType, LEVEL_OF, type Level } from './event.ts';

/** One line of chain.jsonl. */
export interface ChainLine {
  /** SHA-256 of the bytes of event line `seq`, without its line feed. */
  readonly leaf: Sha256;
  readonly level: Level;
  /** SHA-256 of the bytes of the chain line before, without its line feed; 64 zeros for the first. */
  readonly prev: Sha256;
  readonly seq: number;
}

/** An event and its chain line, as the bytes that are written (each without its line feed). */
export interface Link {
  readonly event: Event;
  readonly eventLine: string;
  readonly chainLine: string;
  /** SHA-256 of the chain line: the transcript's head after this event. */
  readonly head: Sha256;
}

/** Makes the next line of both files. Pure: time and salt are given. */
export function linkEvent(
  data: EventData,
  stamp: { seq: number; at: string; salt: string },
  previousHead: Sha256,
): Link {
  const event: Event = { ...data, ...stamp };
  const eventLine = canonicalJson(event);
  const line: ChainLine = { leaf: sha256(eventLine), level: LEVEL_OF[data.type], prev: previousHead, seq: stamp.seq };
  const chainLine = canonicalJson(line);
  return { event, eventLine, chainLine, head: sha256(chainLine) };
}

/** The lines of a JSON Lines file, split at 0x0A only: U+2028 is no line end here. The last line must end in one. */
export function splitLines(bytes: Uint8Array): { lines: Uint8Array[]; tail: Uint8Array } {
  const lines: Uint8Array[] = [];
  let from = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, from)) {
    lines.push(bytes.subarray(from, at));
    from = at + 1;
  }
  return { lines, tail: bytes.subarray(from) };
}

/** @throws CeremonyError TRANSCRIPT_BROKEN, JSON_NOT_CANONICAL */
export function readChainLine(bytes: Uint8Array, seq: number): ChainLine {
  const line = parseCanonicalObject(bytes, `chain line ${seq}`);
  if (
    Object.keys(line).join() !== 'leaf,level,prev,seq' ||
    !isSha256(line['leaf']) ||
    !isSha256(line['prev']) ||
    (line['level'] !== 'public' && line['level'] !== 'restricted') ||
    typeof line['seq'] !== 'number'
  ) {
    throw new CeremonyError(
      'TRANSCRIPT_BROKEN',
      `chain line ${seq} does not have exactly the members leaf, level, prev, seq, two of them digests`,
    );
  }
  return { leaf: line['leaf'], level: line['level'], prev: line['prev'], seq: line['seq'] };
}

/** Reads an event line's frame (type, at, salt); its data and its number are judged by whoever uses it. @throws CeremonyError TRANSCRIPT_BROKEN */
export function readEventLine(bytes: Uint8Array, seq: number): Event {
  const event = parseCanonicalObject(bytes, `event line ${seq}`);
  if (!isEventType(event['type']))
    throw new CeremonyError(
      'TRANSCRIPT_BROKEN',
      `event line ${seq} has the type ${JSON.stringify(event['type'] ?? null)}`,
    );
  if (typeof event['at'] !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(event['at'])) {
    throw new CeremonyError('TRANSCRIPT_BROKEN', `event line ${seq} has no time in UTC and whole seconds`);
  }
  if (typeof event['salt'] !== 'string' || !/^[0-9a-f]{32}$/.test(event['salt'])) {
    throw new CeremonyError('TRANSCRIPT_BROKEN', `event line ${seq} has no salt of 32 hexadecimal digits`);
  }
  return event as unknown as Event;
}
