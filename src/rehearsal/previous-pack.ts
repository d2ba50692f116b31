import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { carriedFiles } from '../ledger/carried.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { readLedger } from '../ledger/read.ts';
import { kindOf, PATH } from '../pack/layout.ts';
import { type Manifest, readManifest } from '../pack/manifest.ts';
import { type Roster, readRoster } from '../quorum/roster.ts';

/** A pack as far as a ceremony that follows it takes from it. */
export interface PreviousPack {
  readonly manifest: Manifest;
  readonly ledger: Ledger;
  /** Who was on the roster; null for a pack that is invented. */
  readonly roster: Roster | null;
  /** By SHA-256 the certificates of the ledger, and of each issuer the newest CRL: no pack carries those before. */
  readonly documents: ReadonlyMap<Sha256, Uint8Array>;
}

/**
 * Reads of an evidence pack what a ceremony takes that follows it, and holds that to manifest and ledger. No signature is
 * looked at: `verify` does that.
 * @throws CeremonyError PACK_UNREADABLE, JSON_NOT_CANONICAL
 */
export function readPreviousPack(folder: string): PreviousPack {
  const file = (path: string): Uint8Array | undefined => read(folder, path);
  const manifestBytes = file(PATH.manifest);
  if (!manifestBytes)
    throw new CeremonyError(
      'PACK_UNREADABLE',
      `"${folder}" is no evidence pack that is sealed: it has no manifest.json`,
      {
        hint: '--from wants the folder of the pack of the ceremony before this one',
      },
    );
  const manifest = readManifest(manifestBytes);
  const listed = (path: string): Uint8Array => {
    const bytes = file(path) ?? refuse(folder, `there is no "${path}"`);
    const wanted = manifest.files.find((one) => one.path === path)?.sha256;
    if (wanted === undefined) refuse(folder, `manifest.json does not list "${path}"`);
    const found = sha256(bytes);
    if (found !== wanted) refuse(folder, `"${path}" has SHA-256 ${found}; manifest.json says ${wanted}`);
    return bytes;
  };
  const ledger = readLedger(listed(PATH.ledger));
  // The one in force at its end: where the ceremony has changed it, the next.
  const isNext = manifest.files.some(({ path, sha256: one }) => path === PATH.nextRoster && one === manifest.roster);
  const roster = readRoster(listed(isNext ? PATH.nextRoster : PATH.roster));
  const documents = new Map<Sha256, Uint8Array>();
  for (const { path, made, sha256: digest } of carriedFiles(ledger)) {
    const bytes = [made, path].map(file).find((one) => one !== undefined && sha256(one) === digest);
    documents.set(
      digest,
      bytes ?? refuse(folder, `"${made}" with SHA-256 ${digest}, which the ledger lists, is not there`),
    );
  }
  return { manifest, ledger, roster, documents };
}

function read(folder: string, path: string): Uint8Array | undefined {
  const kind = kindOf(path);
  // A ledger's path is a stranger's: what is no path of a pack leads out of it.
  if (!kind) return undefined;
  const at = join(folder, path);
  const size = statSync(at, { throwIfNoEntry: false })?.size;
  if (size === undefined) return undefined;
  if (size > kind.limit) refuse(folder, `"${path}" has ${size} bytes, expected at most ${kind.limit}`);
  try {
    return readFileSync(at);
  } catch (cause) {
    throw new CeremonyError('PACK_UNREADABLE', `"${at}" cannot be read: ${(cause as NodeJS.ErrnoException).code}`, {
      cause,
    });
  }
}

function refuse(folder: string, what: string): never {
  throw new CeremonyError('PACK_UNREADABLE', `the evidence pack "${folder}": ${what}`, {
    hint: 'quorate verify says what else is wrong with it',
  });
}
