import { hexOf } from '../der/values.ts';

/**
 * Finds an element by its serial number where a document has a million of them: by a table of places in the document,
 * 16 to 24 octets an entry, and not by a text of each. What is found is compared octet by octet where it stands, so that it is
 * exact; what is not found has, as a rule, not been looked up there, since that may be in a file. Whoever
 * chooses serial numbers that all belong in one place of the table, or that look alike until they are compared, has them read
 * once, one after the other, and put in order in memory instead: it takes n log n, whatever they are and wherever they stand.
 */
export class SerialIndex {
  readonly #serialAt: (entry: number) => Uint8Array;
  readonly #mask: number;
  /** Number of the entry plus one, by slot; 0 where the slot is free. */
  readonly #slots: Uint32Array;
  /** Of each: its `entry`, and the hash of its serial number. */
  readonly #entries: Uint32Array;
  readonly #hashes: Uint32Array;
  #count = 0;
  readonly #repeated: string[] = [];
  /** Looks into the table that may still be made: some come with each serial number, and chance takes one or two of them. */
  #looks = FEW_LOOKS;
  /** Numbers of the entries by their serial numbers, where the table was given up, and all of these one after the other. */
  #order: Uint32Array | undefined;
  #serials: Serials | undefined;

  /**
   * @param serialAt content octets of the serial number of an `entry` that was added, from the document, which is below 4 GiB
   * @param most entries that are added at most
   */
  constructor(serialAt: (entry: number) => Uint8Array, most: number) {
    this.#serialAt = serialAt;
    const slots = 2 ** Math.ceil(Math.log2(Math.max(2, most * 2)));
    this.#mask = slots - 1;
    this.#slots = new Uint32Array(slots);
    this.#entries = new Uint32Array(most);
    this.#hashes = new Uint32Array(most);
  }

  /** The serial numbers that were added again, in that order, in hex: a second and a third time each. */
  get repeated(): readonly string[] {
    if (this.#isGivenUp) this.#inOrder();
    return this.#repeated;
  }

  /**
   * @param bytes in which the serial number stands from `at` up to `end`
   * @param entry what `find` says of it
   */
  add(bytes: Uint8Array, at: number, end: number, entry: number): void {
    const hash = hashOf(bytes, at, end);
    const slot = this.#slot(hash, bytes, at, end, LOOKS_OF_SAME);
    if (slot !== undefined && this.#slots[slot] !== 0) {
      this.#repeated.push(hexOf(bytes, at, end));
      return;
    }
    this.#entries[this.#count] = entry;
    this.#hashes[this.#count] = hash;
    this.#count++;
    if (slot !== undefined) this.#slots[slot] = this.#count;
    this.#order = undefined;
  }

  /** The `entry` of the first that was added with it. @param serial content octets, lowercase hex */
  find(serial: string): number | undefined {
    const octets = Buffer.from(serial, 'hex');
    // What is no hex ends early there, and would be found as something shorter.
    if (octets.length * 2 !== serial.length) return undefined;
    const slot = this.#slot(hashOf(octets, 0, octets.length), octets, 0, octets.length, 0);
    const number = slot === undefined ? this.#search(octets) : (this.#slots[slot] ?? 0);
    return number === 0 ? undefined : this.#entries[number - 1];
  }

  get #isGivenUp(): boolean {
    return this.#looks <= 0;
  }

  /**
   * The slot that holds this serial number, or the free one where it belongs; undefined where the table was given up.
   * @param ofSame what it costs, in looks, to find the very same there
   */
  #slot(hash: number, bytes: Uint8Array, at: number, end: number, ofSame: number): number | undefined {
    if (this.#isGivenUp) return undefined;
    this.#looks += FEW_LOOKS;
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const number = this.#slots[slot]!;
      if (number === 0) return slot;
      if (this.#hashes[number - 1] === hash) {
        if (compared(this.#serialAt(this.#entries[number - 1]!), bytes, at, end) === 0) {
          this.#looks -= ofSame;
          return slot;
        }
        this.#looks -= LOOKS_OF_OTHER;
      }
      if (--this.#looks <= 0) return undefined;
    }
  }

  /** Number plus one of the entry with it; 0 where there is none. */
  #search(octets: Uint8Array): number {
    const order = this.#inOrder();
    const serials = this.#serials as Serials;
    let [low, high] = [0, order.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const difference = compared(serials.of(order[middle]!), octets, 0, octets.length);
      if (difference === 0) return order[middle]! + 1;
      if (difference < 0) low = middle + 1;
      else high = middle;
    }
    return 0;
  }

  /** The first entry with each serial number. Which ones come again is noted. */
  #inOrder(): Uint32Array {
    if (this.#order) return this.#order;
    const serials = Serials.of(this.#count, (number) => this.#serialAt(this.#entries[number]!));
    const all = Uint32Array.from({ length: this.#count }, (_, number) => number);
    all.sort((one, other) => serials.compare(one, other) || one - other);
    const isAgain = (number: number, index: number) => index > 0 && serials.compare(all[index - 1]!, number) === 0;
    for (const number of all.filter(isAgain).sort()) this.#repeated.push(hexOf(serials.of(number)));
    this.#order = all.filter((number, index) => !isAgain(number, index));
    this.#serials = serials;
    return this.#order;
  }
}

/** Octets of serial numbers, one after the other. */
class Serials {
  readonly #octets: Buffer;
  readonly #ends: Uint32Array;

  private constructor(octets: Buffer, ends: Uint32Array) {
    this.#octets = octets;
    this.#ends = ends;
  }

  /** @param serialAt that of each number below `count`, asked for in their order */
  static of(count: number, serialAt: (number: number) => Uint8Array): Serials {
    let octets = Buffer.alloc(count * 32);
    const ends = new Uint32Array(count);
    let at = 0;
    for (let number = 0; number < count; number++) {
      const serial = serialAt(number);
      if (at + serial.length > octets.length)
        octets = Buffer.concat([octets], Math.max(2 * octets.length, at + serial.length));
      octets.set(serial, at);
      at += serial.length;
      ends[number] = at;
    }
    return new Serials(octets, ends);
  }

  of(number: number): Uint8Array {
    return this.#octets.subarray(this.#begin(number), this.#ends[number]);
  }

  compare(one: number, other: number): number {
    return compared(this.of(one), this.#octets, this.#begin(other), this.#ends[other]!);
  }

  #begin(number: number): number {
    return number === 0 ? 0 : this.#ends[number - 1]!;
  }
}

/** By length, and then octet by octet. */
function compared(serial: Uint8Array, bytes: Uint8Array, at: number, end: number): number {
  if (serial.length !== end - at) return serial.length - (end - at);
  for (let i = 0; i < serial.length; i++) {
    const difference = serial[i]! - bytes[at + i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

function hashOf(bytes: Uint8Array, at: number, end: number): number {
  let hash = FIRST_HASH;
  for (let i = at; i < end; i++) {
    hash = Math.imul(hash ^ bytes[i]!, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}

const FIRST_HASH = 0x2545f491;
const FEW_LOOKS = 16;
/**
 * What it takes to look into the document, in looks into the table: for one that is another all the same, which chance brings once
 * in four thousand million pairs, and for the same again, which no list should have.
 */
const [LOOKS_OF_OTHER, LOOKS_OF_SAME] = [4096, 256];
