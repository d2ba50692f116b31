/*
 * Whether a serial number comes twice in a stream of which nothing is kept: of each 64 bits are noted, and those that are
 * noted twice are looked for in a second reading.
 */

/**
 * What was noted of each serial number: 8 octets, and up to as many again that wait for the next. They lie in 256 parts by
 * their first bits, so that a million are noted and compared where the processor's cache has them. Serial numbers that
 * somebody has chosen to look alike make a second reading, and nothing else.
 */
export class SerialDigests {
  readonly #parts = Array.from({ length: PARTS }, () => new Part());
  /** Of the digest that was made last. */
  #low = 0;
  #high = 0;

  /** Notes the hex digits `at` up to `end`, an even number, in either case. */
  note(bytes: Uint8Array, at: number, end: number): void {
    this.#digest(bytes, at, end);
    this.#parts[this.#high >>> (32 - PART_BITS)]!.push(this.#low, this.#high);
  }

  /** Digests that were noted more than once: of equal serial numbers, or in one of 37 million lists of a million of others. */
  repeated(): ReadonlySet<bigint> {
    const repeated = new Set<bigint>();
    for (const part of this.#parts) part.collectRepeated(repeated);
    return repeated;
  }

  /** As `repeated` names it. */
  digestOf(bytes: Uint8Array, at: number, end: number): bigint {
    this.#digest(bytes, at, end);
    return nameOf(this.#low, this.#high);
  }

  #digest(bytes: Uint8Array, at: number, end: number): void {
    let low = 0x811c9dc5;
    let high = end - at;
    // Two octets at once, one at the end of an odd number of them.
    for (let i = at; i < end; i += 4) {
      // Of letters the lower case; digits have that bit already.
      const octets =
        (bytes[i]! << 24) | (bytes[i + 1]! << 16) | (i + 2 < end ? (bytes[i + 2]! << 8) | bytes[i + 3]! : 0);
      low = Math.imul(low ^ (octets | 0x20202020), 0x9e3779b1);
      low ^= low >>> 15;
      high = Math.imul(high + (octets | 0x20202020), 0x85ebca6b);
      high ^= high >>> 13;
    }
    this.#low = low;
    this.#high = high;
  }
}

const PART_BITS = 8;
const PARTS = 2 ** PART_BITS;

function nameOf(low: number, high: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

class Part {
  /** By twos: low, high. */
  #digests = new Uint32Array(128);
  #length = 0;

  push(low: number, high: number): void {
    if (this.#length === this.#digests.length) this.#grow();
    this.#digests[this.#length++] = low;
    this.#digests[this.#length++] = high;
  }

  #grow(): void {
    const longer = new Uint32Array(this.#length * 2);
    longer.set(this.#digests);
    this.#digests = longer;
  }

  collectRepeated(repeated: Set<bigint>): void {
    collectRepeated(this.#digests, this.#length, repeated);
  }
}

/**
 * Those of these digests that stand there again: put in order, so that whoever chooses serial numbers whose digests look alike
 * gains nothing.
 * @param digests by twos, low and high; they are moved
 */
export function collectRepeated(digests: Uint32Array<ArrayBuffer>, length: number, repeated: Set<bigint>): void {
  const ordered = new BigUint64Array(digests.buffer, digests.byteOffset, length / 2);
  ordered.sort();
  for (let at = 2; at < length; at += 2) {
    if (digests[at] !== digests[at - 2] || digests[at + 1] !== digests[at - 1]) continue;
    repeated.add(nameOf(digests[at]!, digests[at + 1]!));
  }
}
