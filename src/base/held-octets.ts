import { createHash, hash } from 'node:crypto';
import type { Sha256 } from './digest.ts';
import { CeremonyError } from './errors.ts';
import type { Octets } from './octets.ts';

/** Octets of a piece: few enough that one is read and hashed for every look, as many as keep their digests few. */
const PIECE = 64 * 1024;

/**
 * Takes octets as they come, and keeps of them the digest of each piece and that of all: what is read again of them later, from
 * wherever they were put, is held to these.
 */
export class PieceDigests {
  readonly #whole = createHash('sha256');
  #piece = createHash('sha256');
  #inPiece = 0;
  readonly #pieces: Buffer[] = [];
  #length = 0;

  update(octets: Uint8Array): void {
    this.#whole.update(octets);
    this.#length += octets.length;
    for (let at = 0; at < octets.length; ) {
      const count = Math.min(octets.length - at, PIECE - this.#inPiece);
      this.#piece.update(octets.subarray(at, at + count));
      this.#inPiece += count;
      at += count;
      if (this.#inPiece === PIECE) this.#endPiece();
    }
  }

  #endPiece(): void {
    this.#pieces.push(this.#piece.digest());
    this.#piece = createHash('sha256');
    this.#inPiece = 0;
  }

  /**
   * The same octets, from where they are now.
   * @param octets as long as what came
   * @param name what to call them in messages
   */
  held(octets: Octets, name: string): HeldOctets {
    if (this.#inPiece > 0) this.#endPiece();
    if (octets.length !== this.#length) throw changed(name);
    return new HeldOctets(octets, this.#pieces, this.#whole.digest('hex'), name);
  }
}

/** Octets that stay what they were when they were first looked at, or cannot be read: whoever could change where they lie. */
export class HeldOctets implements Octets {
  readonly length: number;
  /** Of all of them. */
  readonly sha256: Sha256;
  readonly #octets: Octets;
  readonly #pieces: readonly Buffer[];
  readonly #name: string;
  /** The piece that was read last: what is looked at next is often beside it. */
  #last: { readonly index: number; readonly bytes: Uint8Array } | undefined;

  constructor(octets: Octets, pieces: readonly Buffer[], sha256: Sha256, name: string) {
    this.length = octets.length;
    this.sha256 = sha256;
    this.#octets = octets;
    this.#pieces = pieces;
    this.#name = name;
  }

  /** Looks at all of them, once. @param name what to call them in messages */
  static of(octets: Octets, name: string): HeldOctets {
    const digests = new PieceDigests();
    for (let at = 0; at < octets.length; at += PIECE)
      digests.update(octets.subarray(at, Math.min(at + PIECE, octets.length)));
    return digests.held(octets, name);
  }

  /** @throws CeremonyError FILE_UNREADABLE where they are others now */
  subarray(begin = 0, end = this.length): Uint8Array {
    const to = Math.min(end, this.length);
    if (begin >= to) return new Uint8Array();
    const [first, last] = [Math.floor(begin / PIECE), Math.floor((to - 1) / PIECE)];
    if (first === last) return this.#piece(first).subarray(begin - first * PIECE, to - first * PIECE);
    const bytes = this.#octets.subarray(first * PIECE, Math.min((last + 1) * PIECE, this.length));
    for (let index = first; index <= last; index++)
      this.#hold(index, bytes.subarray((index - first) * PIECE, (index - first + 1) * PIECE));
    return bytes.subarray(begin - first * PIECE, to - first * PIECE);
  }

  #piece(index: number): Uint8Array {
    if (this.#last?.index === index) return this.#last.bytes;
    const bytes = this.#octets.subarray(index * PIECE, Math.min((index + 1) * PIECE, this.length));
    this.#hold(index, bytes);
    this.#last = { index, bytes };
    return bytes;
  }

  #hold(index: number, bytes: Uint8Array): void {
    if (this.#pieces[index]?.equals(hash('sha256', bytes, 'buffer')) !== true) throw changed(this.#name);
  }
}

function changed(name: string): CeremonyError {
  return new CeremonyError('FILE_UNREADABLE', `"${name}" changed while it was read`, {
    hint: 'the medium is worn, or somebody writes to it: read it from another',
  });
}
