/*
 * Octets that need not all be in memory: those of a CRL may be as many as a million entries have. What is in memory anyway is
 * a `Uint8Array`, which is one of these as it stands.
 */

/** Octets that do not change, wherever they are. */
export interface Octets {
  readonly length: number;
  /**
   * Those from `begin` up to `end`, in memory: a view where they are there already, else a copy of their own.
   * @throws CeremonyError where they lie in a file that cannot be read any more
   */
  subarray(begin?: number, end?: number): Uint8Array;
}

/** Of what is looked at from its beginning to its end, so much is in memory at once. */
export const WINDOW = 256 * 1024;

/** All of them, one window after the other. */
export function* windowsOf(octets: Octets, size = WINDOW): Generator<Uint8Array> {
  for (let at = 0; at < octets.length; at += size) yield octets.subarray(at, Math.min(at + size, octets.length));
}

/** All of them in memory, for what is short, or has to be there whole. */
export function wholeOf(octets: Octets): Uint8Array {
  return octets instanceof Uint8Array ? octets : octets.subarray(0, octets.length);
}

/** Whether they are the same, window by window. */
export function sameOctets(one: Octets, other: Octets): boolean {
  return one.length === other.length && startsWith(one, other);
}

/** Whether the first of them are all of the other. */
export function startsWith(octets: Octets, other: Octets): boolean {
  if (other.length > octets.length) return false;
  for (let at = 0; at < other.length; at += WINDOW) {
    const end = Math.min(at + WINDOW, other.length);
    if (Buffer.compare(octets.subarray(at, end), other.subarray(at, end)) !== 0) return false;
  }
  return true;
}

/** Those from `begin` up to `end`, where they are. */
export function partOf<Bytes extends Octets>(octets: Bytes, begin: number, end: number): Bytes {
  const length = end - begin;
  const part: Octets =
    octets instanceof Uint8Array
      ? octets.subarray(begin, end)
      : {
          length,
          subarray: (from = 0, to = length) => octets.subarray(begin + from, begin + Math.min(to, length)),
        };
  // Of what is in memory a view, of all else another of the kind that is not.
  return part as Bytes;
}

/** One after the other, each where it is. What lies across two of them is copied when it is asked for. */
export function joined(parts: readonly Octets[]): Octets {
  const places = parts.filter(({ length }) => length > 0).map((part) => ({ part, from: 0 }));
  let length = 0;
  for (const place of places) {
    place.from = length;
    length += place.part.length;
  }
  const first = (at: number): number => {
    let [low, high] = [0, places.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (places[middle]!.from <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return {
    length,
    subarray(begin = 0, end = length) {
      const to = Math.min(end, length);
      if (begin >= to) return new Uint8Array();
      let index = first(begin);
      const { part, from } = places[index]!;
      if (to <= from + part.length) return part.subarray(begin - from, to - from);
      const whole = new Uint8Array(to - begin);
      for (let at = begin; at < to; index++) {
        const place = places[index]!;
        const piece = place.part.subarray(at - place.from, Math.min(to - place.from, place.part.length));
        whole.set(piece, at - begin);
        at += piece.length;
      }
      return whole;
    },
  };
}
