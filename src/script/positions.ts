import type { Place, Source } from './source.ts';

/** From the file's root: keys and list indexes, `['acts', 2, 'steps', 0, 'with', 'label']`. */
export type Path = readonly (string | number)[];

/** A range of the file; the end is after the last character. */
export interface Span extends Place {
  readonly endLine: number;
  readonly endColumn: number;
}

/**
 * Where each part of a value stands in its file. A path that the file does not have gives the place of the nearest
 * part above it, so that what is missing, or was filled in, can be pointed at too.
 */
export interface Positions {
  readonly file: string;
  /** The key of a mapping's member; for a list item, the item. */
  readonly key: (path: Path) => Span;
  readonly value: (path: Path) => Span;
  /** Whether the file has this part. */
  readonly has: (path: Path) => boolean;
}

/** Offsets of a part, in UTF-16 code units. */
export interface Offsets {
  readonly key?: readonly [start: number, end: number];
  readonly value: readonly [start: number, end: number];
}

export function pathKey(path: Path): string {
  return JSON.stringify(path);
}

export function makePositions(source: Source, offsets: ReadonlyMap<string, Offsets>): Positions {
  const find = (path: Path): Offsets | undefined => {
    for (let length = path.length; length >= 0; length--) {
      const found = offsets.get(pathKey(path.slice(0, length)));
      if (found) return found;
    }
    return undefined;
  };
  const span = ([start, end]: readonly [number, number]): Span => {
    const last = source.placeOf(end);
    return { ...source.placeOf(start), endLine: last.line, endColumn: last.column };
  };
  return {
    file: source.file,
    key: (path) => {
      const found = find(path);
      return span(found?.key ?? found?.value ?? [0, 0]);
    },
    value: (path) => span(find(path)?.value ?? [0, 0]),
    has: (path) => offsets.has(pathKey(path)),
  };
}

/** For a text that could not be read: everything is at its beginning. */
export function noPositions(file: string): Positions {
  const start: Span = { line: 1, column: 1, endLine: 1, endColumn: 1 };
  return { file, key: () => start, value: () => start, has: () => false };
}
