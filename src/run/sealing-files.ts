import type { Sha256 } from '../base/digest.ts';
import { HeldOctets } from '../base/held-octets.ts';
import { type Octets, wholeOf } from '../base/octets.ts';
import { type ManifestFile, manifestFile } from '../pack/manifest.ts';
import type { PackSource } from '../pack/source.ts';
import type { Files } from '../ports.ts';

/** A larger file stays where it is. */
const IN_MEMORY = 1024 * 1024;

/**
 * The files of a pack that is sealed: the digest of each, and the bytes of those that are small. The others are read where they
 * are, each time, so that nothing of a CRL of a million entries is in memory but what somebody looks at; they are held to their
 * digest then, which the manifest has.
 */
export class SealingFiles {
  readonly #files: Files;
  readonly #known = new Map<string, ManifestFile>();
  readonly #held = new Map<string, Octets>();

  private constructor(files: Files) {
    this.#files = files;
  }

  /** All that lies in the folder now. */
  static async in(files: Files): Promise<SealingFiles> {
    const all = new SealingFiles(files);
    for (const path of await files.list()) all.#note(path, await files.open(path));
    return all;
  }

  /** Writes another. */
  async add(path: string, bytes: Uint8Array): Promise<void> {
    await this.#files.create(path, bytes);
    this.#note(path, bytes);
  }

  #note(path: string, octets: Octets): void {
    const isHere = octets instanceof Uint8Array || octets.length <= IN_MEMORY;
    const bytes = isHere ? wholeOf(octets) : HeldOctets.of(octets, path);
    this.#known.set(path, manifestFile(path, bytes));
    this.#held.set(path, bytes);
  }

  get all(): readonly ManifestFile[] {
    return [...this.#known.values()];
  }

  has(path: string): boolean {
    return this.#known.has(path);
  }

  digest(path: string): Sha256 | undefined {
    return this.#known.get(path)?.sha256;
  }

  /** Undefined for one that is not there. */
  octets(path: string): Octets | undefined {
    return this.#held.get(path);
  }

  async open(path: string): Promise<Octets> {
    return this.#held.get(path) ?? (await this.#files.open(path));
  }

  /** For the report. */
  source(): PackSource {
    return {
      list: () => new Map(this.all.map(({ path, size }) => [path, size])),
      read: (path) => {
        const octets = this.octets(path);
        return octets && wholeOf(octets);
      },
      open: (path) => this.octets(path),
      digest: (path) => this.digest(path),
      faults: () => [],
    };
  }
}
