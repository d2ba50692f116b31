/** Values that one key had, with the number of the change that gave each. */
type History<V> = { readonly since: number; readonly value: V }[];

interface Store<K, V> {
  readonly histories: Map<K, History<V>>;
  /** Of the last change. */
  changes: number;
}

/**
 * A map that never changes, of which another with one more entry is made at no cost: both share what they have in common. A
 * plan has thousands of steps, and each leaves a world of its own.
 */
export class GrownMap<K, V> implements ReadonlyMap<K, V> {
  readonly #store: Store<K, V>;
  readonly #changes: number;
  readonly size: number;

  private constructor(store: Store<K, V>, changes: number, size: number) {
    this.#store = store;
    this.#changes = changes;
    this.size = size;
  }

  static of<K, V>(map: ReadonlyMap<K, V>): GrownMap<K, V> {
    if (map instanceof GrownMap) return map;
    const histories = new Map([...map].map(([key, value]) => [key, [{ since: 0, value }]]));
    return new GrownMap({ histories, changes: 0 }, 0, map.size);
  }

  /** This map with one more entry, or with another value in one. Where another has grown out of this one before, a copy is. */
  with(key: K, value: V): GrownMap<K, V> {
    const store = this.#store;
    if (store.changes !== this.#changes) return GrownMap.of(new Map(this)).with(key, value);
    store.changes += 1;
    const history = store.histories.get(key);
    if (history) history.push({ since: store.changes, value });
    else store.histories.set(key, [{ since: store.changes, value }]);
    return new GrownMap(store, store.changes, this.size + (history ? 0 : 1));
  }

  get(key: K): V | undefined {
    return this.#valueIn(this.#store.histories.get(key))?.value;
  }

  has(key: K): boolean {
    return this.#valueIn(this.#store.histories.get(key)) !== undefined;
  }

  *entries(): MapIterator<[K, V]> {
    for (const [key, history] of this.#store.histories) {
      const found = this.#valueIn(history);
      if (found) yield [key, found.value];
    }
  }

  *keys(): MapIterator<K> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  forEach(use: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.entries()) use(value, key, this);
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  #valueIn(history: History<V> | undefined): History<V>[number] | undefined {
    return history?.findLast(({ since }) => since <= this.#changes);
  }
}
