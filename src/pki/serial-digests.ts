/*
 * Whether a serial number comes twice in a stream of which nothing is kept: of each 64 bits are noted, and those that are
 * noted twice are looked for in a second reading.
 */

/**
 * What was noted of each serial number: 8 octets, up to as many again that wait for the next, and as many while they are
 * compared. Serial numbers that somebody has chosen to look alike make a second reading, and nothing else.
 */
export class SerialDigests {
  /** By twos: low, high; signed, since numbers of 31 bits and a sign are cheaper to hand on. Of the last block `#length` are taken, of those before all. */
  readonly #blocks: Int32Array[] = [];
  #block = NO_DIGESTS;
  #length = 0;
  /** Of the octets that were read last: those of one chunk follow each other. */
  #view: DataView = new DataView(new ArrayBuffer(0));
  #viewed: Uint8Array | undefined;

  /** Notes the hex digits `at` up to `end`, an even number, in either case. */
  note(bytes: Uint8Array, at: number, end: number): void {
    if (this.#length === this.#block.length) this.#nextBlock();
    digestInto(this.#block, this.#length, this.#viewOf(bytes), at, end);
    this.#length += 2;
  }

  /** Digests that were noted more than once: of equal serial numbers, or in one of 37 million lists of a million of others. */
  repeated(): ReadonlySet<bigint> {
    return repeatedIn([...this.#blocks.slice(0, -1), this.#block.subarray(0, this.#length)]);
  }

  /** As `repeated` names it. */
  digestOf(bytes: Uint8Array, at: number, end: number): bigint {
    const digest = new Int32Array(2);
    digestInto(digest, 0, this.#viewOf(bytes), at, end);
    return nameOf(digest[0]!, digest[1]!);
  }

  #viewOf(bytes: Uint8Array): DataView {
    if (this.#viewed !== bytes) {
      this.#viewed = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    return this.#view;
  }

  /** What is noted stays where it is: to double one array takes as long again. A short list has a short block. */
  #nextBlock(): void {
    this.#block = new Int32Array(this.#blocks.length === 0 ? FIRST_BLOCK : BLOCK);
    this.#blocks.push(this.#block);
    this.#length = 0;
  }
}

const NO_DIGESTS = new Int32Array(0);
const [FIRST_BLOCK, BLOCK] = [1024, 128 * 1024];

function digestInto(target: Int32Array, to: number, view: DataView, at: number, end: number): void {
  let low = 0x811c9dc5;
  let high = end - at;
  const whole = end - 3;
  let i = at;
  // Two octets at once, one at the end of an odd number of them.
  for (; i < whole; i += 4) {
    // Of letters the lower case; digits have that bit already.
    const octets = view.getInt32(i) | 0x20202020;
    low = Math.imul(low ^ octets, 0x9e3779b1);
    low ^= low >>> 15;
    high = Math.imul(high + octets, 0x85ebca6b);
    high ^= high >>> 13;
  }
  if (i < end) {
    const octets = (view.getInt16(i) << 16) | 0x20202020;
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
 * Those of these digests that stand there again. Whoever chooses serial numbers whose digests look alike has a part put in
 * order, and gains nothing else.
 * @param blocks of digests by twos, low and high
 */
export function repeatedIn(blocks: readonly Int32Array[]): ReadonlySet<bigint> {
  const ends = new Uint32Array(PARTS);
  for (const digests of blocks) for (let at = 1; at < digests.length; at += 2) ends[digests[at]! & (PARTS - 1)]! += 2;
  for (let part = 1; part < PARTS; part++) ends[part]! += ends[part - 1]!;
  const starts = Uint32Array.from(ends, (_, part) => (part === 0 ? 0 : ends[part - 1]!));
  const next = Uint32Array.from(starts);
  const parted = new Int32Array(ends[PARTS - 1]!);
  for (const digests of blocks) part(digests, parted, next);
  const repeated = new Set<bigint>();
  const slots = new Uint32Array(largest(ends, starts));
  for (let of = 0; of < PARTS; of++) {
    const one = parted.subarray(starts[of]!, ends[of]!);
    if (!compareBySlots(one, slots, repeated)) compareInOrder(one, repeated);
  }
  return repeated;
}

/** Slots for the largest part, of which at least half stay free: a power of two. */
function largest(ends: Uint32Array, starts: Uint32Array): number {
  const most = ends.reduce((most, end, of) => Math.max(most, end - starts[of]!), 0);
  return 2 ** Math.ceil(Math.log2(Math.max(2, most)));
}

/** From so many slots that are taken on, somebody has chosen the digests, or there are many of one. */
const MOST_LOOKED_AT = 64;

/**
 * Finds each digest a slot from its first bits on, and those that are there already.
 * @param slots a power of two; of each the place of a digest in `part`, and one more
 * @returns false where too many want one slot: then nothing can be said
 */
function compareBySlots(part: Int32Array, slots: Uint32Array, repeated: Set<bigint>): boolean {
  slots.fill(0);
  const mask = slots.length - 1;
  for (let at = 0; at < part.length; at += 2) {
    const low = part[at]!;
    const high = part[at + 1]!;
    let slot = (low ^ (high >>> 8)) & mask;
    let looked = 0;
    for (let other = slots[slot]!; other !== 0; other = slots[slot]!) {
      if (part[other - 1] === low && part[other] === high) repeated.add(nameOf(low, high));
      if (++looked === MOST_LOOKED_AT) return false;
      slot = (slot + 1) & mask;
    }
    slots[slot] = at + 1;
  }
  return true;
}

/** The same in time that does not depend on what they are. */
function compareInOrder(part: Int32Array, repeated: Set<bigint>): void {
  new BigUint64Array(part.buffer, part.byteOffset, part.length / 2).sort();
  for (let at = 2; at < part.length; at += 2)
    if (part[at] === part[at - 2] && part[at + 1] === part[at - 1]) repeated.add(nameOf(part[at]!, part[at + 1]!));
}

/** @param next where the next digest of each part goes */
function part(digests: Int32Array, parted: Int32Array, next: Uint32Array): void {
  for (let at = 0; at < digests.length; at += 2) {
    const of = digests[at + 1]! & (PARTS - 1);
    const to = next[of]!;
    parted[to] = digests[at]!;
    parted[to + 1] = digests[at + 1]!;
    next[of] = to + 2;
  }
}

function nameOf(low: number, high: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}
