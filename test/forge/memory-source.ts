import type { PackSource, SourceFault } from '../../src/pack/source.ts';

/** A pack in memory. */
export class MemorySource implements PackSource {
  readonly #files: ReadonlyMap<string, Uint8Array>;
  readonly #faults: readonly SourceFault[];

  constructor(files: ReadonlyMap<string, Uint8Array>, faults: readonly SourceFault[] = []) {
    this.#files = files;
    this.#faults = faults;
  }

  list(): ReadonlyMap<string, number> {
    return new Map([...this.#files].map(([path, bytes]) => [path, bytes.length]));
  }

  read(path: string): Uint8Array | undefined {
    return this.#files.get(path);
  }

  faults(): readonly SourceFault[] {
    return this.#faults;
  }
}
