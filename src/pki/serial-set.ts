/**
 * Whether a serial number came before, for a stream of them of which nothing is kept: 63 bits of each, in a table that is
 * between a quarter and a half full. That is 16 to 32 octets each, and half as much again while it grows: for a million
 * 16 MiB. It may be wrong about one that did not come before (of a million random ones, in one list of 18 million),
 * never about one that did: who is told so looks. Serial numbers that somebody has chosen to lie in one place make it slow,
 * and nothing else.
 */
export class SerialSet {
  #table = new Uint32Array(2 * FEWEST);
  #mask = FEWEST - 1;
  #count = 0;

  /** Takes in the hex digits `at` up to `end`, in either case. @returns whether they may have come before */
  add(bytes: Uint8Array, at: number, end: number): boolean {
    let low = 0x811c9dc5;
    let high = end - at;
    for (let i = at; i < end; i++) {
      // Of letters the lower case; digits have that bit already.
      const digit = bytes[i]! | 0x20;
      low = Math.imul(low ^ digit, 0x9e3779b1);
      low ^= low >>> 15;
      high = Math.imul(high + digit, 0x85ebca6b);
      high ^= high >>> 13;
    }
    // A free slot is two zeros.
    return this.#put(low, high | 1);
  }

  #put(low: number, high: number): boolean {
    const table = this.#table;
    for (let slot = low & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = slot * 2;
      if (table[at + 1] === 0) {
        table[at] = low;
        table[at + 1] = high;
        if (++this.#count * 2 > this.#mask + 1) this.#grow();
        return false;
      }
      if (table[at] === low >>> 0 && table[at + 1] === high >>> 0) return true;
    }
  }

  #grow(): void {
    const old = this.#table;
    this.#table = new Uint32Array(old.length * 2);
    this.#mask = this.#mask * 2 + 1;
    this.#count = 0;
    for (let at = 0; at < old.length; at += 2) if (old[at + 1] !== 0) this.#put(old[at]! | 0, old[at + 1]! | 0);
  }
}

/** Slots at the start. */
const FEWEST = 1024;
