import type { Duplex } from 'node:stream';
import type { Json, JsonObject } from '../base/canonical-json.ts';
import { CeremonyError, type ErrorCode, isErrorCode } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { encodeFrame, type Frame, FrameDecoder, type FramePiece, framePieces, type Sink } from './frames.ts';

/** A reply: public facts, and raw bytes beside them. */
export interface Reply {
  readonly value: Json;
  readonly bytes: Buffer;
}

export interface CallOptions {
  /** Of several parts the peer is told the lengths in the parameters. */
  readonly bytes?: Octets | readonly Octets[];
}

/** Asks a peer process, one request after another or several at once; every answer finds its question by number. */
export class Caller {
  readonly #stream: Duplex;
  readonly #waiting = new Map<number, { resolve: (reply: Reply) => void; reject: (error: Error) => void }>();
  readonly #died: ErrorCode;
  readonly #peer: string;
  readonly #noted: ((note: string) => void) | undefined;
  #next = 1;
  #isWriting = false;
  readonly #queue: Generator<FramePiece>[] = [];
  #end: Error | undefined;

  /**
   * @param peer named in errors ("the guard"); `died` is the code for its end
   * @param noted told of what the peer says while it works on the oldest request that waits (`sendNote`)
   */
  constructor(stream: Duplex, peer: string, died: ErrorCode, noted?: (note: string) => void) {
    this.#stream = stream;
    this.#noted = noted;
    this.#peer = peer;
    this.#died = died;
    const decoder = new FrameDecoder();
    stream.on('data', (chunk: Buffer) => {
      try {
        for (const frame of decoder.push(chunk)) this.#answer(frame.head, frame.bytes);
      } catch (cause) {
        this.#fail(new CeremonyError(this.#died, `${this.#peer} sent something that is not an answer`, { cause }));
      }
    });
    const ended = (cause?: unknown) =>
      this.#fail(
        new CeremonyError(this.#died, `${this.#peer} ended before it answered`, cause === undefined ? {} : { cause }),
      );
    stream.on('end', () => ended());
    stream.on('close', () => ended());
    stream.on('error', (cause) => ended(cause));
  }

  /**
   * Waits until the peer answers or ends: people may take their time.
   * @throws CeremonyError as the peer threw it, or the code for its death
   */
  call(method: string, params: Json = {}, options: CallOptions = {}): Promise<Reply> {
    if (this.#end) return Promise.reject(this.#end);
    const id = this.#next++;
    const { bytes = [] } = options;
    const parts = 'length' in bytes && !Array.isArray(bytes) ? [bytes as Octets] : (bytes as readonly Octets[]);
    const writes = framePieces({ id, method, params }, parts);
    return new Promise<Reply>((resolve, reject) => {
      const settle =
        <T>(then: (value: T) => void) =>
        (value: T) => {
          this.#waiting.delete(id);
          then(value);
        };
      this.#waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
      this.#write(writes);
    });
  }

  /** One frame after the other, and of a long one a piece once the operating system has the one before. */
  #write(pieces: Generator<FramePiece>): void {
    if (this.#isWriting) {
      this.#queue.push(pieces);
      return;
    }
    this.#isWriting = true;
    const next = (from: Generator<FramePiece>): void => {
      let piece: IteratorResult<FramePiece>;
      try {
        piece = from.next();
      } catch (cause) {
        // Half a frame is out: the peer could take nothing else for what it is any more, and gets nothing else.
        const why = cause instanceof CeremonyError ? `: ${cause.message}` : '';
        this.#fail(
          new CeremonyError(this.#died, `what ${this.#peer} was being handed could not be read to its end${why}`, {
            cause,
          }),
        );
        this.#stream.destroy();
        return;
      }
      if (piece.done) {
        const waiting = this.#queue.shift();
        if (waiting) next(waiting);
        else this.#isWriting = false;
        return;
      }
      const { bytes, isOurs } = piece.value;
      this.#stream.write(bytes, (error) => {
        // It may carry a PIN: it is zeroed as soon as the operating system has it.
        if (isOurs) bytes.fill(0);
        if (!error) next(from);
      });
    };
    next(pieces);
  }

  close(): void {
    this.#stream.end();
  }

  #answer(head: JsonObject, bytes: Buffer): void {
    if (typeof head['note'] === 'string') {
      this.#noted?.(head['note']);
      return;
    }
    const waiting = this.#waiting.get(head['id'] as number);
    if (!waiting) {
      // Nobody waits any more, and it may be a secret.
      bytes.fill(0);
      return;
    }
    const error = head['error'] as JsonObject | undefined;
    if (error) waiting.reject(described(error, this.#peer));
    else waiting.resolve({ value: head['value'] ?? null, bytes });
  }

  #fail(error: Error): void {
    this.#end ??= error;
    for (const waiting of [...this.#waiting.values()]) waiting.reject(this.#end);
  }
}

export interface Request {
  readonly params: JsonObject;
  /** Zeroed by `serve` after the handler has settled. Empty where they were put aside. */
  readonly bytes: Buffer;
  /** What was put aside instead, and stays. */
  readonly aside?: Octets;
}

/** `bytes` of a reply that hold a secret are zeroed once written when `secret` is set. */
export type Answer = { readonly value?: Json; readonly bytes?: Uint8Array; readonly secret?: boolean } | undefined;
export type Handlers = { readonly [method: string]: (request: Request) => Promise<Answer> | Answer };

/**
 * Answers a peer, one request at a time, in the order they came. Ends (resolves) when the peer closes its side.
 * @param sinkFor where so many raw bytes of a request go; into memory, unless told
 */
export function serve(stream: Duplex, handlers: Handlers, sinkFor?: (size: number) => Sink | undefined): Promise<void> {
  const decoder = new FrameDecoder(sinkFor);
  let queue: Promise<void> = Promise.resolve();
  return new Promise((resolve, reject) => {
    stream.on('data', (chunk: Buffer) => {
      try {
        for (const frame of decoder.push(chunk)) {
          queue = queue.then(() => answer(stream, handlers, frame));
          // An answer that cannot be written is a bug: better to end than to leave the peer waiting.
          queue.catch(reject);
        }
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    const ended = () => void queue.then(resolve, reject);
    stream.on('end', ended);
    stream.on('close', ended);
    stream.on('error', ended);
  });
}

/**
 * Tells the peer something before the answer to its request. Resolves when the operating system has it: whatever
 * happens to this process afterwards, the peer will read it. @throws Error when the peer has gone
 */
export function sendNote(stream: Duplex, note: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(encodeFrame({ note }), (error) => (error ? reject(error) : resolve()));
  });
}

async function answer(stream: Duplex, handlers: Handlers, { head, bytes, aside }: Frame): Promise<void> {
  const id = head['id'] ?? 0;
  let frame: Buffer;
  try {
    const method = String(head['method']);
    const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
    if (!handler) throw new CeremonyError('REQUEST_UNKNOWN', `no such request: "${method}"`);
    const long = aside ? { aside: aside() } : {};
    const result = (await handler({ params: (head['params'] ?? {}) as JsonObject, bytes, ...long })) ?? {};
    try {
      frame = encodeFrame({ id, value: result.value ?? null }, ...(result.bytes ? [result.bytes] : []));
    } finally {
      if (result.secret) result.bytes?.fill(0);
    }
  } catch (error) {
    frame = encodeFrame({ id, error: describe(error) });
  } finally {
    bytes.fill(0);
  }
  if (stream.writable) stream.write(frame, () => frame.fill(0));
  else frame.fill(0);
}

/** What of an error crosses the pipe. A stack does not: it may hold values. */
export function describe(error: unknown): JsonObject {
  if (error instanceof CeremonyError) {
    return {
      code: error.code,
      message: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(error.details === undefined ? {} : { details: error.details as JsonObject }),
    };
  }
  return { code: 'BUG', message: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
}

/** The error that a peer described. @returns a CeremonyError, or what is no refusal but a bug of the peer */
export function described(error: JsonObject, peer: string): Error {
  if (!isErrorCode(error['code'])) return new Error(`${peer} has a bug: ${String(error['message'])}`);
  return new CeremonyError(error['code'], String(error['message']), {
    ...(typeof error['hint'] === 'string' ? { hint: error['hint'] } : {}),
    ...(error['details'] ? { details: error['details'] as JsonObject } : {}),
  });
}
