import { readdirSync } from 'node:fs';
import type { Vector } from './vector.ts';

const FOLDER = new URL('../vectors/', import.meta.url);

/** Every vector, by the name of its file. */
export async function allVectors(): Promise<ReadonlyMap<string, Vector>> {
  const vectors = new Map<string, Vector>();
  for (const file of readdirSync(FOLDER).sort()) {
    if (!file.endsWith('.ts')) continue;
    const module = (await import(new URL(file, FOLDER).href)) as { readonly vector: Vector };
    vectors.set(file.replace(/\.ts$/, ''), module.vector);
  }
  return vectors;
}
