import type { Sha256 } from '../base/digest.ts';
import { type ManifestFile, manifestFile } from '../pack/manifest.ts';
import type { PackSource } from '../pack/source.ts';
import type { Files } from '../ports.ts';

/** A larger file is held only where ledger and report read it. */
const HELD_BYTES = 8 * 1024 * 1024;

/** What of a large pack is read: its CRLs. Their PEM, what is published and what was approved are copies. */
const READ = /^(?!publish\/).*\.crl$/;

/**
 * The files of a pack that is sealed: the digest of each, and the bytes of those that somebody reads. The others are read
 * again for each medium, so that a CRL of a million entries is not there four times.
 */
export class SealingFiles {
  readonly #files: Files;
  readonly #known = new Map<string, ManifestFile>();
  readonly #held = new Map<string, Uint8Array>();

  private constructor(files: Files) {
    this.#files = files;
  }

  /** All that lies in the folder now. */
  static async in(files: Files): Promise<SealingFiles> {
    const all = new SealingFiles(files);
    for (const path of await files.list()) all.#note(path, await files.read(path));
    return all;
  }

  /** Writes another. */
  async add(path: string, bytes: Uint8Array): Promise<void> {
    await this.#files.create(path, bytes);
    this.#note(path, bytes);
  }

  #note(path: string, bytes: Uint8Array): void {
    this.#known.set(path, manifestFile(path, bytes));
    if (bytes.length <= HELD_BYTES || READ.test(path)) this.#held.set(path, bytes);
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

  /** Undefined for one that is not there. @throws Error for one that nobody was to read: a bug of ours */
  held(path: string): Uint8Array | undefined {
    const bytes = this.#held.get(path);
    if (!bytes && this.has(path)) throw new Error(`"${path}" is read while the pack is sealed, and it is not held`);
    return bytes;
  }

  async bytes(path: string): Promise<Uint8Array> {
    return this.#held.get(path) ?? (await this.#files.read(path));
  }

  /** For the report. */
  source(): PackSource {
    return {
      list: () => new Map(this.all.map(({ path, size }) => [path, size])),
      read: (path) => this.held(path),
      digest: (path) => this.digest(path),
      faults: () => [],
    };
  }
}
