import { hash } from 'node:crypto';
import type { PaperShare } from '../../src/paper-share/payload.ts';
import { VECTOR, vectorShares } from '../docs/share-vector.ts';

/** Numbers that look random and are the same each time: SHA-256 of a seed and a counter. */
export class Seeded {
  readonly #seed: string;
  #count = 0;
  #left = Buffer.alloc(0);

  constructor(seed: string) {
    this.#seed = seed;
  }

  bytes(length: number): Buffer {
    while (this.#left.length < length) {
      this.#left = Buffer.concat([this.#left, hash('sha256', `${this.#seed} ${this.#count}`, 'buffer')]);
      this.#count += 1;
    }
    const bytes = Buffer.from(this.#left.subarray(0, length));
    this.#left = this.#left.subarray(length);
    return bytes;
  }

  /** 0 to `below` - 1. */
  number(below: number): number {
    return this.bytes(4).readUInt32BE() % below;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.number(items.length)] as T;
  }
}

export function randomShare(random: Seeded, change: Partial<PaperShare> = {}): PaperShare {
  const x = change.x ?? 1 + random.number(255);
  const share = Buffer.concat([random.bytes(32), Buffer.of(x)]);
  return { set: random.bytes(16).toString('hex'), x, threshold: 3, count: 5, share, r: random.bytes(16), ...change };
}

/** The share at x = 100 of the worked example of docs/formats/share-set.md. */
export function vectorShare(): PaperShare {
  const { set, threshold, points } = VECTOR;
  const one = vectorShares().find(({ x }) => x === 100);
  if (!one) throw new Error('no share at x = 100');
  return { set, x: one.x, threshold, count: points.length, share: Buffer.from(one.share), r: Buffer.from(one.r) };
}
