import { dirname, join, resolve } from 'node:path';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { type CarriedFile, carriedFiles } from '../ledger/carried.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { readLedger } from '../ledger/read.ts';
import { kindOf, PATH } from '../pack/layout.ts';
import { readManifest } from '../pack/manifest.ts';
import type { Site } from '../script/site.ts';
import { optional, readInput } from './input.ts';

/** As large as the manifest or the ledger of a pack may be. */
const LARGEST = 2 ** 26;

/** What a ceremony takes over from the pack before it. */
export interface PreviousPack {
  readonly ledger: Ledger;
  /** The roster under which that ceremony ended. */
  readonly roster: Sha256;
  /** What the pack that follows carries, by path in it: manifest and ledger, certificates and CRLs. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * The manifest of the pack that a site names as the CA's previous one, by its path; null where it names none.
 * @param given folder of that pack, where it lies elsewhere than the site says
 * @throws CeremonyError FILE_MISSING, AUTHORIZATION_PREVIOUS when that pack ends in another head than the site says,
 *   or is of the other mode
 */
export function previousManifest(
  site: Pick<Site, 'previous' | 'mode'>,
  sitePath: string,
  given?: string,
): string | null {
  if (site.previous === 'none') {
    if (given === undefined) return null;
    throw new CeremonyError(
      'AUTHORIZATION_PREVIOUS',
      `the site binding "${sitePath}" follows no ceremony ("previous: none"), and --from names "${given}"`,
      { hint: 'leave --from out, or name in the site the pack and the head that it ends in' },
    );
  }
  const path = join(given ?? resolve(dirname(sitePath), site.previous.pack), PATH.manifest);
  const { head, mode } = readManifest(readInput(path, "previous pack's manifest", LARGEST));
  if (head !== site.previous.head)
    throw new CeremonyError(
      'AUTHORIZATION_PREVIOUS',
      `the previous pack "${dirname(path)}" ends in the head ${head}; the site binding says ${site.previous.head}`,
      { hint: 'check that it is the last pack of this CA' },
    );
  if (mode !== site.mode)
    throw new CeremonyError(
      'AUTHORIZATION_PREVIOUS',
      `the previous pack "${dirname(path)}" is of a ${mode}; the site binding is for a ${site.mode}`,
      { hint: 'a rehearsal follows rehearsals alone: "quorate rehearse SCRIPT --from PACK" makes a pack to follow' },
    );
  return path;
}

/**
 * What the pack that a site names as the previous one left, each file held to the digest by which the ledger has it,
 * and the ledger to the manifest's; undefined where the site names none.
 * @throws CeremonyError as `previousManifest`; PACK_UNREADABLE, JSON_NOT_CANONICAL
 */
export function readPreviousPack(
  site: Pick<Site, 'previous' | 'mode'>,
  sitePath: string,
  given?: string,
): PreviousPack | undefined {
  const path = previousManifest(site, sitePath, given);
  if (path === null) return undefined;
  const folder = dirname(path);
  const manifest = readInput(path, "previous pack's manifest", LARGEST);
  const ledgerBytes = readInput(join(folder, PATH.ledger), "previous pack's ledger", LARGEST);
  const { files: listedFiles, roster } = readManifest(manifest);
  const listed = listedFiles.find((file) => file.path === PATH.ledger)?.sha256;
  if (sha256(ledgerBytes) !== listed) throw differs(folder, PATH.ledger, listed ?? 'none', sha256(ledgerBytes));
  const ledger = readLedger(ledgerBytes);
  const carried = carriedFiles(ledger).map((file) => [file.path, readCarried(folder, file)] as const);
  return {
    ledger,
    roster,
    files: new Map([[PATH.previousManifest, manifest], [PATH.previousLedger, ledgerBytes], ...carried]),
  };
}

/** In the pack of the ceremony that made it, or carried since. */
function readCarried(folder: string, { path, made, sha256: digest }: CarriedFile): Uint8Array {
  const read = (from: string): Uint8Array | undefined => {
    const kind = kindOf(from);
    // A ledger's path is a stranger's: what is no path of a pack leads out of it.
    return kind && optional(() => readInput(join(folder, from), 'file of the previous pack', kind.limit));
  };
  const own = read(made);
  if (own && sha256(own) === digest) return own;
  const since = read(path);
  if (since && sha256(since) === digest) return since;
  const found = since ?? own;
  throw differs(folder, found === own ? made : path, digest, found ? sha256(found) : 'none: it is not there');
}

function differs(folder: string, path: string, wanted: Sha256 | string, found: string): CeremonyError {
  return new CeremonyError(
    'AUTHORIZATION_PREVIOUS',
    `"${path}" of the previous pack "${folder}" should have SHA-256 ${wanted}, and has ${found}`,
    { hint: 'take the pack from another medium: this copy is not whole' },
  );
}
