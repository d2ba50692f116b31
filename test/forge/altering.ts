import type { JsonObject } from '../../src/base/canonical-json.ts';
import type { Faults } from './faults.ts';
import { objectBytes } from './replay.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document that a fault takes apart
type Mutable = any;

/** A fault: a document that the ceremony made says something else. What depends on its digest is made again. */
export function altering(
  path: string,
  change: (document: Mutable, files: Map<string, Uint8Array>) => void,
): NonNullable<Faults['recorded']> {
  return (files) => {
    const document = JSON.parse(Buffer.from(files.get(path) ?? '').toString()) as Mutable;
    change(document, files);
    files.set(path, objectBytes(document as JsonObject));
  };
}
