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
  /**
   * Of what is not in memory: fills `target` with those from `begin` on, so that who looks at all of them, one part after the
   * other, need not have each in memory of its own. @throws CeremonyError as `subarray`
   */
  copyTo?(target: Uint8Array, begin: number): void;
}

/** Of what is looked at from its beginning to its end, so much is in memory at once. */
export const WINDOW = 256 * 1024;

/** All of them, one window after the other. A window may be written over once the next is asked for. */
export function* windowsOf(octets: Octets): Generator<Uint8Array> {
  const look = looker(octets);
  for (let at = 0; at < octets.length; at += WINDOW) yield look(at, Math.min(at + WINDOW, octets.length));
}

/** Looks at a part of no more than a window, which may be written over at the next look. */
function looker(octets: Octets): (begin: number, end: number) => Uint8Array {
  if (!octets.copyTo) return (begin, end) => octets.subarray(begin, end);
  const window = new Uint8Array(Math.min(WINDOW, octets.length));
  return (begin, end) => {
    const part = window.subarray(0, end - begin);
    octets.copyTo?.(part, begin);
    return part;
  };
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
  const [look, lookAtOther] = [looker(octets), looker(other)];
  for (let at = 0; at < other.length; at += WINDOW) {
    const end = Math.min(at + WINDOW, other.length);
    if (Buffer.compare(look(at, end), lookAtOther(at, end)) !== 0) return false;
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
          copyTo: (target, from) => copyOf(octets, target, begin + from),
        };
  // Of what is in memory a view, of all else another of the kind that is not.
  return part as Bytes;
}

/** Fills `target` with those from `begin` on, a copy wherever they are. */
export function copyOf(octets: Octets, target: Uint8Array, begin: number): void {
  if (octets.copyTo) octets.copyTo(target, begin);
  else target.set(octets.subarray(begin, begin + target.length));
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
  const copyTo = (target: Uint8Array, begin: number) => {
    for (let at = begin, index = first(begin); at < begin + target.length; index++) {
      const { part, from } = places[index]!;
      const count = Math.min(begin + target.length, from + part.length) - at;
      copyOf(part, target.subarray(at - begin, at - begin + count), at - from);
      at += count;
    }
  };
  return {
    length,
    copyTo,
    subarray(begin = 0, end = length) {
      const to = Math.min(end, length);
      if (begin >= to) return new Uint8Array();
      const { part, from } = places[first(begin)]!;
      if (to <= from + part.length) return part.subarray(begin - from, to - from);
      const whole = new Uint8Array(to - begin);
      copyTo(whole, begin);
      return whole;
    },
  };
}
