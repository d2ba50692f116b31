import { createHash, hash } from 'node:crypto';
import type { Sha256 } from './digest.ts';
import { CeremonyError } from './errors.ts';
import { copyOf, type Octets, windowsOf } from './octets.ts';

/**
 * Octets of a piece: few enough that one is read and hashed for every look, be they millions in no order, as many as keep their
 * digests few: of a CRL of a million entries 0.3 MB.
 */
const PIECE = 4096;
const DIGEST = 32;

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
      if (count === PIECE) {
        this.#pieces.push(hash('sha256', octets.subarray(at, at + count), 'buffer'));
        at += count;
        continue;
      }
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
    return new HeldOctets(octets, Buffer.concat(this.#pieces), this.#whole.digest('hex'), name);
  }
}

/** Octets that stay what they were when they were first looked at, or cannot be read: whoever could change where they lie. */
export class HeldOctets implements Octets {
  readonly length: number;
  /** Of all of them. */
  readonly sha256: Sha256;
  #octets: Octets;
  /** Digests of the pieces, one after the other. */
  readonly #pieces: Buffer;
  readonly #name: string;
  /** The piece that was read last: what is looked at next is often beside it. */
  #last: { readonly index: number; readonly bytes: Uint8Array } | undefined;

  constructor(octets: Octets, pieces: Buffer, sha256: Sha256, name: string) {
    this.length = octets.length;
    this.sha256 = sha256;
    this.#octets = octets;
    this.#pieces = pieces;
    this.#name = name;
  }

  /** Looks at all of them, once. @param name what to call them in messages */
  static of(octets: Octets, name: string): HeldOctets {
    if (octets instanceof HeldOctets) return octets;
    const digests = new PieceDigests();
    for (const window of windowsOf(octets)) digests.update(window);
    return digests.held(octets, name);
  }

  /**
   * From now on they are read there: where a medium may be taken out, what has been copied from it is read from the copy.
   * @throws CeremonyError FILE_UNREADABLE for a copy of another length; of other octets, once they are looked at
   */
  movedTo(octets: Octets): void {
    if (octets.length !== this.length) throw changed(this.#name);
    this.#octets = octets;
  }

  /** @throws CeremonyError FILE_UNREADABLE where they are others now */
  subarray(begin = 0, end = this.length): Uint8Array {
    const to = Math.min(end, this.length);
    if (begin >= to) return new Uint8Array();
    const bytes = new Uint8Array(to - begin);
    this.copyTo(bytes, begin);
    return bytes;
  }

  /** As `subarray`: whole pieces are read at once and held where they come to lie, and of others a part is copied. */
  copyTo(target: Uint8Array, begin: number): void {
    const end = begin + target.length;
    if (end > this.length) throw new RangeError(`${end} of ${this.length} octets are asked for`);
    for (let at = begin; at < end; ) {
      const index = Math.floor(at / PIECE);
      const from = index * PIECE;
      // The last one may be shorter.
      const whole = end === this.length ? end : Math.floor(end / PIECE) * PIECE;
      if (at === from && whole > from) {
        const part = target.subarray(at - begin, whole - begin);
        copyOf(this.#octets, part, from);
        for (let next = 0; next < part.length; next += PIECE)
          this.#hold((from + next) / PIECE, part.subarray(next, next + PIECE));
        at = whole;
        continue;
      }
      const piece = this.#piece(index);
      const part = piece.subarray(at - from, Math.min(end - from, piece.length));
      target.set(part, at - begin);
      at += part.length;
    }
  }

  #piece(index: number): Uint8Array {
    if (this.#last?.index === index) return this.#last.bytes;
    const bytes = new Uint8Array(Math.min((index + 1) * PIECE, this.length) - index * PIECE);
    copyOf(this.#octets, bytes, index * PIECE);
    this.#hold(index, bytes);
    this.#last = { index, bytes };
    return bytes;
  }

  #hold(index: number, bytes: Uint8Array): void {
    const wanted = this.#pieces.subarray(index * DIGEST, (index + 1) * DIGEST);
    if (!wanted.equals(hash('sha256', bytes, 'buffer'))) throw changed(this.#name);
  }
}

function changed(name: string): CeremonyError {
  return new CeremonyError('FILE_UNREADABLE', `"${name}" changed while it was read`, {
    hint: 'the medium is worn, or somebody writes to it: read it from another',
  });
}
