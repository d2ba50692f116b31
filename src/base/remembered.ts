/** Answers that are kept: more numbers than one ceremony's keys have, and few enough that strangers' keys fill no memory. */
const MOST = 64;

/**
 * The same function, which works out each answer once as long as fewer than 64 other numbers come between.
 * @param answer pure
 */
export function remembered<T>(answer: (n: bigint) => T): (n: bigint) => T {
  const known = kept<bigint, T>(MOST);
  return (n) => known(n, () => answer(n));
}

/**
 * Answers by a key that stands for all that they follow from, such as a digest: each is worked out once as long as
 * fewer than `most` others come between. What throws is not kept.
 */
export function kept<K, T>(most: number): (key: K, answer: () => T) => T {
  const known = new Map<K, { readonly answer: T }>();
  return (key, answer) => {
    const found = known.get(key) ?? { answer: answer() };
    known.delete(key);
    known.set(key, found);
    for (const oldest of known.keys()) {
      if (known.size <= most) break;
      known.delete(oldest);
    }
    return found.answer;
  };
}
