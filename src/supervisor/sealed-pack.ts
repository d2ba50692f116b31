import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { parseCanonicalObject } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { kindOf, PATH } from '../pack/layout.ts';
import { readManifest } from '../pack/manifest.ts';
import { read } from './permit.ts';

/** What must be known of a pack to add to it. It is not verified: that is what `verify` is for. */
export interface SealedPack {
  /** Without links. */
  readonly folder: string;
  /** SHA-256 of manifest.json. */
  readonly manifest: Sha256;
  /** SHA-256 of the roster in force at its end, as the manifest says. */
  readonly roster: Sha256;
  /** Kinds that its script promises for after the close. */
  readonly promised: readonly string[];
  /** Numbers of the addenda that are there. */
  readonly numbers: readonly number[];
}

/**
 * @throws CeremonyError PACK_UNREADABLE for what is no pack, was never sealed, or has another plan than its manifest
 *   says; PATH_REFUSED for a link where a folder must be
 */
export function readSealedPack(path: string): SealedPack {
  let folder: string;
  try {
    folder = realpathSync(path);
  } catch (cause) {
    throw new CeremonyError('FILE_MISSING', `there is no evidence pack "${path}"`, { cause });
  }
  const bytes = document(folder, PATH.manifest);
  const manifest = readManifest(bytes);
  const plan = document(folder, PATH.plan);
  if (manifest.files.find((file) => file.path === PATH.plan)?.sha256 !== sha256(plan)) {
    throw new CeremonyError('PACK_UNREADABLE', `${PATH.plan} of "${folder}" is not the one that its manifest lists`, {
      hint: 'quorate verify says what else is wrong with this pack',
    });
  }
  const { evidence = [] } = parseCanonicalObject(plan, PATH.plan);
  return {
    folder,
    manifest: sha256(bytes),
    roster: manifest.roster,
    promised: Array.isArray(evidence) ? evidence.map(String) : [],
    numbers: numbersIn(join(folder, 'addenda')),
  };
}

function document(folder: string, path: string): Uint8Array {
  const found = lstatSync(join(folder, path), { throwIfNoEntry: false });
  const limit = kindOf(path)?.limit ?? 0;
  if (!found?.isFile() || found.size > limit) {
    throw new CeremonyError(
      'PACK_UNREADABLE',
      found
        ? `"${join(folder, path)}" is no file of at most ${limit} bytes`
        : `"${folder}" has no ${path}: it is no evidence pack, or was never sealed`,
      { hint: 'an addendum names the manifest of a sealed pack' },
    );
  }
  return read(join(folder, path), 'a file of the pack');
}

function numbersIn(addenda: string): readonly number[] {
  const found = lstatSync(addenda, { throwIfNoEntry: false });
  if (!found) return [];
  if (!found.isDirectory())
    throw new CeremonyError('PATH_REFUSED', `"${addenda}" is a link or a file where a folder must be`);
  return readdirSync(addenda).flatMap((name) => {
    const number = /^(\d\d)-/.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}
