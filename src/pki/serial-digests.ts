/*
 * Whether a serial number comes twice in a stream of which nothing is kept: of each 64 bits are noted, and those that are
 * noted twice are looked for in a second reading.
 */

/**
 * What was noted of each serial number: 8 octets, up to as many again that wait for the next, and as many while they are
 * compared. Serial numbers that somebody has chosen to look alike make a second reading, and nothing else.
 */
export class SerialDigests {
  /** By twos: low, high. */
  #digests = new Uint32Array(1024);
  #length = 0;

  /** Notes the hex digits `at` up to `end`, an even number, in either case. */
  note(bytes: Uint8Array, at: number, end: number): void {
    const length = this.#length;
    if (length === this.#digests.length) this.#grow();
    digestInto(this.#digests, length, bytes, at, end);
    this.#length = length + 2;
  }

  /** Digests that were noted more than once: of equal serial numbers, or in one of 37 million lists of a million of others. */
  repeated(): ReadonlySet<bigint> {
    return repeatedIn(this.#digests.subarray(0, this.#length));
  }

  /** As `repeated` names it. */
  digestOf(bytes: Uint8Array, at: number, end: number): bigint {
    const digest = new Uint32Array(2);
    digestInto(digest, 0, bytes, at, end);
    return nameOf(digest[0]!, digest[1]!);
  }

  #grow(): void {
    const longer = new Uint32Array(this.#length * 2);
    longer.set(this.#digests);
    this.#digests = longer;
  }
}

function digestInto(target: Uint32Array, to: number, bytes: Uint8Array, at: number, end: number): void {
  let low = 0x811c9dc5;
  let high = end - at;
  // Two octets at once, one at the end of an odd number of them.
  for (let i = at; i < end; i += 4) {
    const digits = (bytes[i]! << 24) | (bytes[i + 1]! << 16) | (i + 2 < end ? (bytes[i + 2]! << 8) | bytes[i + 3]! : 0);
    // Of letters the lower case; digits have that bit already.
    const octets = digits | 0x20202020;
    low = Math.imul(low ^ octets, 0x9e3779b1);
    low ^= low >>> 15;
    high = Math.imul(high + octets, 0x85ebca6b);
    high ^= high >>> 13;
  }
  target[to] = low;
  target[to + 1] = high;
}

/** They are compared in 256 parts, by their last bits, so that the processor's cache has each. */
const PARTS = 256;

/**
 * Those of these digests that stand there again: each part is put in order, so that whoever chooses serial numbers whose digests
 * look alike gains nothing.
 * @param digests by twos, low and high
 */
export function repeatedIn(digests: Uint32Array): ReadonlySet<bigint> {
  const ends = new Uint32Array(PARTS);
  for (let at = 1; at < digests.length; at += 2) ends[digests[at]! & (PARTS - 1)]! += 2;
  for (let part = 1; part < PARTS; part++) ends[part]! += ends[part - 1]!;
  const starts = Uint32Array.from(ends, (_, part) => (part === 0 ? 0 : ends[part - 1]!));
  const next = Uint32Array.from(starts);
  const parted = new Uint32Array(digests.length);
  for (let at = 0; at < digests.length; at += 2) {
    const part = digests[at + 1]! & (PARTS - 1);
    const to = next[part]!;
    parted[to] = digests[at]!;
    parted[to + 1] = digests[at + 1]!;
    next[part] = to + 2;
  }
  const repeated = new Set<bigint>();
  for (let part = 0; part < PARTS; part++)
    new BigUint64Array(parted.buffer, starts[part]! * 4, (ends[part]! - starts[part]!) / 2).sort();
  for (let at = 2; at < parted.length; at += 2)
    if (parted[at] === parted[at - 2] && parted[at + 1] === parted[at - 1])
      repeated.add(nameOf(parted[at]!, parted[at + 1]!));
  return repeated;
}

function nameOf(low: number, high: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}
