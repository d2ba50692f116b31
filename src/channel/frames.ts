import type { Json, JsonObject } from '../base/canonical-json.ts';
import { secretBytes } from '../base/secret-bytes.ts';

/**
 * One message between two of our processes: a JSON head and, apart from it, raw bytes. Secrets travel only as
 * those bytes, so that a PIN or a share never becomes a JavaScript string, which could not be zeroed.
 *
 * On the wire: u32 length of the head, u32 length of the bytes (both big-endian), the head as UTF-8 JSON, the bytes.
 */
export interface Frame {
  readonly head: JsonObject;
  readonly bytes: Buffer;
}

const PREFIX = 8;
/** Large enough for a CRL of millions of entries; small enough that a broken peer cannot exhaust the memory. */
export const MAX_FRAME = 256 * 1024 * 1024;

export function encodeFrame(head: JsonObject, bytes?: Uint8Array): Buffer {
  const text = Buffer.from(JSON.stringify(head), 'utf8');
  const size = bytes?.length ?? 0;
  if (PREFIX + text.length + size > MAX_FRAME)
    throw new RangeError(`frame of ${text.length + size} bytes is too large`);
  const frame = secretBytes(PREFIX + text.length + size);
  frame.writeUInt32BE(text.length, 0);
  frame.writeUInt32BE(size, 4);
  text.copy(frame, PREFIX);
  if (bytes) frame.set(bytes, PREFIX + text.length);
  return frame;
}

/** Cuts a byte stream into frames. What it has consumed is zeroed, since a frame may carry a secret. */
export class FrameDecoder {
  #parts: Buffer[] = [];
  #length = 0;
  /** Octets without which no frame can be cut: joined only then, or a large frame would be copied once a chunk. */
  #needed = PREFIX;

  /** @throws RangeError or SyntaxError when the peer does not speak this protocol; the channel is then unusable */
  push(chunk: Buffer): Frame[] {
    this.#parts.push(Buffer.from(chunk));
    this.#length += chunk.length;
    chunk.fill(0);
    if (this.#length < this.#needed) return [];
    const joined = Buffer.concat(this.#parts);
    for (const part of this.#parts) part.fill(0);
    this.#parts = [];
    this.#length = 0;
    try {
      return this.#cut(joined);
    } finally {
      joined.fill(0);
    }
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  #cut(joined: Buffer): Frame[] {
    const frames: Frame[] = [];
    let at = 0;
    this.#needed = PREFIX;
    while (joined.length - at >= PREFIX) {
      const headLength = joined.readUInt32BE(at);
      const bytesLength = joined.readUInt32BE(at + 4);
      const total = PREFIX + headLength + bytesLength;
      if (total > MAX_FRAME)
        throw new RangeError(`frame of ${total} bytes announced; at most ${MAX_FRAME} are allowed`);
      if (joined.length - at < total) {
        this.#needed = total;
        break;
      }
      const head = readHead(joined.toString('utf8', at + PREFIX, at + PREFIX + headLength));
      frames.push({ head, bytes: Buffer.from(joined.subarray(at + PREFIX + headLength, at + total)) });
      at += total;
    }
    this.#parts = [Buffer.from(joined.subarray(at))];
    this.#length = joined.length - at;
    return frames;
  }
}

function readHead(text: string): JsonObject {
  const head = JSON.parse(text) as Json;
  if (head === null || typeof head !== 'object' || Array.isArray(head))
    throw new SyntaxError('the head of a frame is not an object');
  return head as JsonObject;
}
