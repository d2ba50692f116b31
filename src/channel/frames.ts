import type { Json, JsonObject } from '../base/canonical-json.ts';
import { type Octets, WINDOW, wholeOf } from '../base/octets.ts';
import { secretBytes } from '../base/secret-bytes.ts';

/**
 * One message between two of our processes: a JSON head and, apart from it, raw bytes. Secrets travel only as
 * those bytes, so that a PIN or a share never becomes a JavaScript string, which could not be zeroed.
 *
 * On the wire: u32 length of the head, u32 length of the bytes (both big-endian), the head as UTF-8 JSON, the bytes.
 */
export interface Frame {
  readonly head: JsonObject;
  /** Empty where they were put aside. */
  readonly bytes: Buffer;
  /** Gives what was put aside, once. @throws CeremonyError where it could not be */
  readonly aside?: () => Octets;
}

/** Where the raw bytes of a long frame go, instead of into memory. */
export interface Sink {
  /** Called with what comes, in order; it is written over afterwards. */
  write(octets: Uint8Array): void;
  /** All of it is there. @throws CeremonyError where it could not be put aside */
  end(): Octets;
}

const PREFIX = 8;
/** Large enough for a CRL of millions of entries; small enough that a broken peer cannot exhaust the memory. */
export const MAX_FRAME = 256 * 1024 * 1024;

/** @param parts the raw bytes, one part after another */
export function encodeFrame(head: JsonObject, ...parts: readonly Uint8Array[]): Buffer {
  const text = Buffer.from(JSON.stringify(head), 'utf8');
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  if (PREFIX + text.length + size > MAX_FRAME)
    throw new RangeError(`frame of ${text.length + size} bytes is too large`);
  const frame = secretBytes(PREFIX + text.length + size);
  frame.writeUInt32BE(text.length, 0);
  frame.writeUInt32BE(size, 4);
  text.copy(frame, PREFIX);
  let at = PREFIX + text.length;
  for (const part of parts) {
    frame.set(part, at);
    at += part.length;
  }
  return frame;
}

/** A part of a frame, on its way. */
export interface FramePiece {
  readonly bytes: Uint8Array;
  /** Whether nobody else has it: what it holds may be zeroed. */
  readonly isOurs: boolean;
}

/** Larger parts are written where they are, window by window: a frame that is short is one piece. */
const COPIED = 1024 * 1024;

/**
 * The same frame in pieces, of which only one need be in memory at once.
 * @throws RangeError for one that is too large, before there is a piece
 */
export function framePieces(head: JsonObject, parts: readonly Octets[]): Generator<FramePiece> {
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  if (size <= COPIED) return onePiece(encodeFrame(head, ...parts.map(wholeOf)));
  const start = encodeFrame(head);
  if (start.length + size > MAX_FRAME)
    throw new RangeError(`frame of ${start.length - PREFIX + size} bytes is too large`);
  start.writeUInt32BE(size, 4);
  return manyPieces(start, parts);
}

function* onePiece(bytes: Uint8Array): Generator<FramePiece> {
  yield { bytes, isOurs: true };
}

function* manyPieces(start: Uint8Array, parts: readonly Octets[]): Generator<FramePiece> {
  yield { bytes: start, isOurs: true };
  // On its way each has memory of its own: it is there until the operating system has it.
  for (const part of parts)
    for (let at = 0; at < part.length; at += WINDOW)
      yield { bytes: part.subarray(at, Math.min(at + WINDOW, part.length)), isOurs: false };
}

/** A frame whose lengths are here. */
interface Coming {
  readonly head: Buffer;
  /** Of its raw bytes. */
  readonly size: number;
  readonly bytes: Buffer;
  readonly sink: Sink | undefined;
}

/**
 * Cuts a byte stream into frames. What it has consumed is zeroed, since a frame may carry a secret. Each octet is copied
 * once, to where it stays: of a large frame there is nothing twice.
 */
export class FrameDecoder {
  readonly #prefix = Buffer.alloc(PREFIX);
  /** Of the frame that is coming, once its lengths are here. */
  #coming: Coming | undefined;
  /** Octets of that frame that are here. */
  #length = 0;

  readonly #sinkFor: (size: number) => Sink | undefined;

  /** @param sinkFor where so many raw bytes of a frame go; into memory, unless told */
  constructor(sinkFor: (size: number) => Sink | undefined = () => undefined) {
    this.#sinkFor = sinkFor;
  }

  /** @throws RangeError or SyntaxError when the peer does not speak this protocol; the channel is then unusable */
  push(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    try {
      for (let at = 0; at < chunk.length; ) {
        at += this.#take(chunk.subarray(at));
        const frame = this.#whole();
        if (frame) frames.push(frame);
      }
      return frames;
    } finally {
      chunk.fill(0);
    }
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** @returns how many octets of these were taken: those of one part of a frame at most */
  #take(octets: Buffer): number {
    const { into, at } = this.#place();
    if (!into) {
      const { head, size, sink } = this.#coming as Coming;
      const count = Math.min(octets.length, head.length + size - at);
      sink?.write(octets.subarray(0, count));
      this.#length += count;
      return count;
    }
    const count = Math.min(octets.length, into.length - at);
    octets.copy(into, at, 0, count);
    this.#length += count;
    if (!this.#coming && this.#length === PREFIX) this.#begin();
    return count;
  }

  /** Where the next octet belongs: `into` a sink where that is undefined, and `at` counts from the head. */
  #place(): { readonly into: Buffer | undefined; readonly at: number } {
    if (!this.#coming) return { into: this.#prefix, at: this.#length };
    const { head, bytes, sink } = this.#coming;
    const at = this.#length - PREFIX;
    if (at < head.length) return { into: head, at };
    return sink ? { into: undefined, at } : { into: bytes, at: at - head.length };
  }

  #begin(): void {
    const [head, bytes] = [this.#prefix.readUInt32BE(0), this.#prefix.readUInt32BE(4)];
    const total = PREFIX + head + bytes;
    if (total > MAX_FRAME) throw new RangeError(`frame of ${total} bytes announced; at most ${MAX_FRAME} are allowed`);
    const sink = this.#sinkFor(bytes);
    this.#coming = { head: secretBytes(head), size: bytes, bytes: secretBytes(sink ? 0 : bytes), sink };
  }

  #whole(): Frame | undefined {
    if (!this.#coming) return undefined;
    const { head, size, bytes, sink } = this.#coming;
    if (this.#length < PREFIX + head.length + size) return undefined;
    this.#coming = undefined;
    this.#length = 0;
    try {
      return { head: readHead(head.toString('utf8')), bytes, ...(sink ? { aside: () => sink.end() } : {}) };
    } catch (error) {
      bytes.fill(0);
      throw error;
    } finally {
      head.fill(0);
    }
  }
}

function readHead(text: string): JsonObject {
  const head = JSON.parse(text) as Json;
  if (head === null || typeof head !== 'object' || Array.isArray(head))
    throw new SyntaxError('the head of a frame is not an object');
  return head as JsonObject;
}
