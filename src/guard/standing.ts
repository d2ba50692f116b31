import { NO_DIGEST, type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { keyPlaces } from '../ledger/key-places.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { readLedger } from '../ledger/read.ts';
import { PATH } from '../pack/layout.ts';
import { readManifest } from '../pack/manifest.ts';
import type { Authorization } from '../quorum/authorization.ts';
import type { Custody } from './custody.ts';
import type { HsmSession } from './hsm.ts';

/** What the previous pack of the CA left: its manifest, by which the authorization names it, and its ledger. */
export interface PreviousPack {
  readonly manifest: Uint8Array;
  readonly ledger: Uint8Array;
}

/**
 * The ledger of the pack that the authorization names: from nothing else does a guard take what opens an HSM that it
 * did not prepare, and which keys are on it.
 * @param previous digest of the manifest, held against the authorization before
 * @throws CeremonyError AUTHORIZATION_PREVIOUS, PACK_UNREADABLE, JSON_NOT_CANONICAL
 */
export function readStanding(
  { ceremony, mode, roster }: Pick<Authorization, 'ceremony' | 'mode' | 'roster'>,
  previous: Sha256,
  pack: PreviousPack,
): Ledger {
  const refuse = (what: string): never => {
    throw new CeremonyError('AUTHORIZATION_PREVIOUS', what, { hint: 'check that it is the last pack of this CA' });
  };
  const found = sha256(pack.manifest);
  if (found !== previous)
    refuse(`the manifest of the previous pack has SHA-256 ${found}; the one authorized ${previous}`);
  const manifest = readManifest(pack.manifest);
  // A rehearsal's keys and shares are throw-away ones: nothing of it is ever taken for the CA's, nor the other way round.
  if (manifest.mode !== mode)
    refuse(`the previous pack is of a ${manifest.mode}; the ceremony authorized is a ${mode}`);
  // A roster changes in a ceremony, approved by its own quorum, and not between two.
  if (manifest.roster !== roster)
    refuse(`the previous pack ended under the roster ${manifest.roster}; the ceremony authorized is under ${roster}`);
  const listed = manifest.files.find(({ path }) => path === PATH.ledger)?.sha256;
  const there = sha256(pack.ledger);
  if (there !== listed)
    refuse(`the ledger of the previous pack has SHA-256 ${there}; its manifest lists ${listed ?? 'none'}`);
  const ledger = readLedger(pack.ledger);
  if (ledger.number !== ceremony - 1)
    refuse(`the previous pack is of ceremony ${ledger.number}; ceremony ${ceremony} follows number ${ceremony - 1}`);
  return ledger;
}

/**
 * Whoever follows another ceremony knows what it left.
 * @throws CeremonyError AUTHORIZATION_PREVIOUS
 */
export function requireLedger({ previous }: Pick<Authorization, 'previous'>, ledger: Ledger | null): void {
  if ((previous === NO_DIGEST) !== (ledger === null))
    throw new CeremonyError(
      'AUTHORIZATION_PREVIOUS',
      ledger
        ? 'a ledger is at hand, and the authorization names no previous pack'
        : 'the ledger of the previous pack is not at hand',
    );
}

/** One that was lost and is here is opened by what opened it before. */
const OPENS: ReadonlySet<Ledger['shareSets'][number]['state']> = new Set(['current', 'lost']);

/**
 * The share sets of an HSM that earlier ceremonies left, proven then, and the keys on it.
 * @returns whether the ledger knows it: of a blank one, and of one that comes new, it knows nothing
 */
export function recallLedger(ledger: Ledger, hsm: HsmSession, custody: Custody): boolean {
  const { name, serial, activation } = hsm.authorized;
  if (serial === null || !ledger.tokens.some((token) => token.serial === serial)) return false;
  const sets = ledger.shareSets.filter((set) => set.hsm === serial && set.kind !== 'kek' && OPENS.has(set.state));
  // Of a rotation whose end nobody knows either PIN may be the token's: nothing is tried.
  const isCertain = !ledger.shareSets.some((set) => set.hsm === serial && set.kind !== 'kek' && set.state === 'begun');
  if (activation.means === 'shares' && isCertain)
    custody.recall(
      name,
      sets.map(({ id, kind, threshold, check, shares }) => ({ id, kind, threshold, check, shares })),
    );
  for (const key of ledger.keys) {
    if (keyPlaces(ledger, key).includes(serial))
      hsm.keys.set(key.spkiSha256, { spki: Buffer.from(key.spki, 'base64'), label: key.label });
  }
  return true;
}
