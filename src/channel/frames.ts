import type { Json } from '../base/canonical-json.ts';

/**
 * One message between two of our processes: a JSON head and, apart from it, raw bytes. Secrets travel only as
 * those bytes, so that a PIN or a share never becomes a JavaScript string, which could not be zeroed.
 *
 * On the wire: u32 length of the head, u32 length of the bytes (both big-endian), the head as UTF-8 JSON, the bytes.
 */
export interface Frame {
  readonly head: Json;
  readonly bytes: Buffer;
}

const PREFIX = 8;
/** Large enough for a CRL of millions of entries; small enough that a broken peer cannot exhaust the memory. */
export const MAX_FRAME = 256 * 1024 * 1024;

export function encodeFrame(head: Json, bytes?: Uint8Array): Buffer {
  const text = Buffer.from(JSON.stringify(head), 'utf8');
  const size = bytes?.length ?? 0;
  if (PREFIX + text.length + size > MAX_FRAME)
    throw new RangeError(`frame of ${text.length + size} bytes is too large`);
  const frame = Buffer.alloc(PREFIX + text.length + size);
  frame.writeUInt32BE(text.length, 0);
  frame.writeUInt32BE(size, 4);
  text.copy(frame, PREFIX);
  if (bytes) frame.set(bytes, PREFIX + text.length);
  return frame;
}

/** Cuts a byte stream into frames. What it has consumed is zeroed, since a frame may carry a secret. */
export class FrameDecoder {
  #pending = Buffer.alloc(0);

  /** @throws RangeError or SyntaxError when the peer does not speak this protocol; the channel is then unusable */
  push(chunk: Buffer): Frame[] {
    const joined = Buffer.concat([this.#pending, chunk]);
    this.#pending.fill(0);
    chunk.fill(0);
    const frames: Frame[] = [];
    let at = 0;
    while (joined.length - at >= PREFIX) {
      const headLength = joined.readUInt32BE(at);
      const bytesLength = joined.readUInt32BE(at + 4);
      const total = PREFIX + headLength + bytesLength;
      if (total > MAX_FRAME)
        throw new RangeError(`frame of ${total} bytes announced; at most ${MAX_FRAME} are allowed`);
      if (joined.length - at < total) break;
      const head = JSON.parse(joined.toString('utf8', at + PREFIX, at + PREFIX + headLength)) as Json;
      const bytes = Buffer.from(joined.subarray(at + PREFIX + headLength, at + total));
      frames.push({ head, bytes });
      at += total;
    }
    this.#pending = Buffer.from(joined.subarray(at));
    joined.fill(0);
    return frames;
  }

  get isEmpty(): boolean {
    return this.#pending.length === 0;
  }
}
