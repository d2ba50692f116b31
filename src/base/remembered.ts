/** Answers that are kept: more numbers than one ceremony's keys have, and few enough that strangers' keys fill no memory. */
const MOST = 64;

/**
 * The same function, which works out each answer once as long as fewer than 64 other numbers come between.
 * @param answer pure
 */
export function remembered<T>(answer: (n: bigint) => T): (n: bigint) => T {
  const known = new Map<bigint, { readonly answer: T }>();
  return (n) => {
    const found = known.get(n) ?? { answer: answer(n) };
    known.delete(n);
    known.set(n, found);
    for (const oldest of known.keys()) {
      if (known.size <= MOST) break;
      known.delete(oldest);
    }
    return found.answer;
  };
}
