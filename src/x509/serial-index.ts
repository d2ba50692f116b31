import { createHash } from 'node:crypto';
import { hexOf } from '../der/values.ts';

/**
 * Finds an element by its serial number where a document has a million of them: by a table of places in the document,
 * 20 to 28 octets an entry, and not by a text of each. What is found is compared octet by octet, so that it is exact.
 */
export class SerialIndex {
  readonly #bytes: Uint8Array;
  readonly #seed: number;
  readonly #mask: number;
  /** Number of the entry plus one, by slot; 0 where the slot is free. */
  readonly #slots: Uint32Array;
  /** Of each entry: where its serial number begins and ends, and where it begins itself. */
  readonly #places: Uint32Array;
  #count = 0;
  readonly #repeated: string[] = [];

  /**
   * @param bytes the document, below 4 GiB
   * @param most entries that are added at most
   * @param seeded whose digest decides where things stand in the table, so that nobody can choose serial numbers that all
   * stand in one place, without their own choice changing it
   */
  constructor(bytes: Uint8Array, most: number, seeded: Uint8Array = bytes) {
    this.#bytes = bytes;
    this.#seed = createHash('sha256').update(seeded).digest().readInt32BE(0);
    const slots = 2 ** Math.ceil(Math.log2(Math.max(2, most * 2)));
    this.#mask = slots - 1;
    this.#slots = new Uint32Array(slots);
    this.#places = new Uint32Array(most * 3);
  }

  /** The serial numbers that were added again, in that order, in hex: a second and a third time each. */
  get repeated(): readonly string[] {
    return this.#repeated;
  }

  /** @param entry what `find` says of the serial number that stands from `at` up to `end` */
  add(at: number, end: number, entry: number): void {
    const slot = this.#slot(this.#bytes, at, end);
    if (this.#slots[slot] !== 0) {
      this.#repeated.push(hexOf(this.#bytes, at, end));
      return;
    }
    const place = this.#count * 3;
    this.#places[place] = at;
    this.#places[place + 1] = end;
    this.#places[place + 2] = entry;
    this.#slots[slot] = ++this.#count;
  }

  /** The `entry` of the first that was added with it. @param serial content octets, lowercase hex */
  find(serial: string): number | undefined {
    const octets = Buffer.from(serial, 'hex');
    // What is no hex ends early there, and would be found as something shorter.
    if (octets.length * 2 !== serial.length) return undefined;
    const number = this.#slots[this.#slot(octets, 0, octets.length)] ?? 0;
    return number === 0 ? undefined : this.#places[(number - 1) * 3 + 2];
  }

  /** The slot that holds this serial number, or the free one where it belongs. */
  #slot(bytes: Uint8Array, at: number, end: number): number {
    let hash = this.#seed;
    for (let i = at; i < end; i++) {
      hash = Math.imul(hash ^ bytes[i]!, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const number = this.#slots[slot]!;
      if (number === 0 || this.#isAt(number, bytes, at, end)) return slot;
    }
  }

  #isAt(number: number, bytes: Uint8Array, at: number, end: number): boolean {
    const from = this.#places[(number - 1) * 3]!;
    if (this.#places[(number - 1) * 3 + 1]! - from !== end - at) return false;
    for (let i = at; i < end; i++) if (this.#bytes[from + i - at] !== bytes[i]) return false;
    return true;
  }
}
