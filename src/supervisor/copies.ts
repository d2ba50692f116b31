import { existsSync, mkdirSync, statSync } from 'node:fs';
import { sep } from 'node:path';
import { CeremonyError } from '../base/errors.ts';
import { makeOutputFolder, type OutputClaim, reclaimFolder, reopenOutputFolder } from './output-folder.ts';

/** The folders that hold the record, held for one run: one, or two that hold the same. */
export class Copies implements OutputClaim {
  readonly #folders: readonly string[];
  readonly #claims: Map<string, OutputClaim>;
  readonly #pids: number[] = [];
  /** Of each folder, the devices that it is not on: the root's, and that of the other. */
  readonly #apart = new Map<string, readonly string[]>();

  private constructor(folders: readonly string[], claims: Map<string, OutputClaim>) {
    this.#folders = folders;
    this.#claims = claims;
    for (const folder of folders) this.#apart.set(folder, this.#others(folder).filter(isOtherDevice(folder)));
  }

  /** New or empty folders, each claimed at once. @throws CeremonyError as makeOutputFolder: nothing is left then */
  static make(folders: readonly string[]): Copies {
    const claims = new Map<string, OutputClaim>();
    try {
      for (const folder of folders) claims.set(folder, makeOutputFolder(folder));
    } catch (error) {
      for (const claim of claims.values()) claim.release();
      throw error;
    }
    return new Copies(folders, claims);
  }

  /**
   * The folders of an interrupted ceremony: one of two may be behind, or empty, or not there yet.
   * @throws CeremonyError FILE_MISSING where none holds a record; OUTPUT_HELD
   */
  static async reopen(folders: readonly string[]): Promise<Copies> {
    const claims = new Map<string, OutputClaim>();
    try {
      const ahead = folders.find((folder) => existsSync(`${folder}/events.jsonl`)) ?? (folders[0] as string);
      claims.set(ahead, await reopenOutputFolder(ahead));
      for (const folder of folders) if (folder !== ahead) claims.set(folder, await reclaimFolder(folder));
    } catch (error) {
      for (const claim of claims.values()) claim.release();
      throw error;
    }
    return new Copies(folders, claims);
  }

  /** Whether both lie on one device, whose loss is that of both. */
  get areTogether(): boolean {
    const [one, other] = this.#folders;
    return one !== undefined && other !== undefined && !isOtherDevice(one)(other);
  }

  /**
   * A folder that was lost, or another medium in its place.
   * @throws CeremonyError COPY_LOST where nothing is mounted there that was
   */
  async bringBack(folder: string): Promise<void> {
    const apart = this.#apart.get(folder);
    if (!apart) throw new CeremonyError('PATH_REFUSED', `"${folder}" is no output folder of this ceremony`);
    try {
      // Not with those above it: where a medium is gone, so is the way to it.
      if (!existsSync(folder)) mkdirSync(folder);
      const same = apart.find((other) => !isOtherDevice(folder)(other));
      if (same !== undefined) throw notMounted(folder, `it lies on one device with "${same}", and did not`);
      const claim = await reclaimFolder(folder);
      for (const pid of this.#pids) claim.add(pid);
      this.#claims.set(folder, claim);
    } catch (cause) {
      if (cause instanceof CeremonyError) throw cause;
      throw notMounted(folder, (cause as NodeJS.ErrnoException).code ?? 'unknown error', cause);
    }
  }

  add(pid: number): void {
    this.#pids.push(pid);
    for (const claim of this.#claims.values()) claim.add(pid);
  }

  release(): void {
    for (const claim of this.#claims.values()) {
      try {
        claim.release();
      } catch {
        // What is lost holds nothing any more.
      }
    }
  }

  #others(folder: string): string[] {
    return ['/', ...this.#folders.filter((other) => other !== folder)];
  }
}

/** Two folders that hold the same, and media, are not one inside another: what is in one would be in two. */
export function holdMirrorApart(mirror: string, others: readonly string[]): void {
  for (const other of others) {
    if (mirror !== other && !mirror.startsWith(other + sep) && !other.startsWith(mirror + sep)) continue;
    throw new CeremonyError('USAGE', `"${mirror}" and "${other}" are one folder, or one lies in the other`, {
      hint: 'the mirror is a folder of its own, on a medium of its own',
    });
  }
}

function isOtherDevice(folder: string): (other: string) => boolean {
  return (other) => statSync(folder).dev !== statSync(other).dev;
}

function notMounted(folder: string, why: string, cause?: unknown): CeremonyError {
  return new CeremonyError('COPY_LOST', `"${folder}" is not what it was: ${why}`, {
    cause,
    hint: 'mount the medium, or another one in its place, and try again',
  });
}
