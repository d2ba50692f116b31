import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Sha256 } from '../base/digest.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { kindOf, PATH } from '../pack/layout.ts';
import { readPreviousPack } from './previous-pack.ts';

/** The pack that a ceremony of a rehearsal follows: its files, and what documents say of it. */
export interface PackBefore {
  /** Path in the pack → bytes. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly manifest: Uint8Array;
  readonly ledgerBytes: Uint8Array;
  readonly ledger: Ledger;
  readonly head: Sha256;
}

/**
 * The pack of a ceremony that was rehearsed a moment ago, with all its files, as people carry it to the next one.
 * @throws CeremonyError PACK_UNREADABLE, JSON_NOT_CANONICAL
 */
export function packBefore(folder: string): PackBefore {
  const { manifest, ledger } = readPreviousPack(folder);
  const files = new Map<string, Uint8Array>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = relative(folder, join(entry.parentPath, entry.name));
    if (entry.isFile() && kindOf(path)) files.set(path, readFileSync(join(folder, path)));
  }
  return {
    files,
    manifest: files.get(PATH.manifest) as Uint8Array,
    ledgerBytes: files.get(PATH.ledger) as Uint8Array,
    ledger,
    head: manifest.head,
  };
}

/** Writes it into a new folder. */
export function writePack({ files }: PackBefore, folder: string): void {
  for (const [path, bytes] of files) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), bytes, { flag: 'wx' });
  }
}
