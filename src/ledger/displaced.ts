import type { CustodyPlan } from './custody.ts';
import type { Ledger, LedgerBackup, LedgerKeyFiles, LedgerLoss, LedgerShareSet, LedgerUnusedSet } from './ledger.ts';

/*
 * Media, and pages with shares, of which another one has taken the name: what arrives blank is not the medium that was written in an earlier ceremony
 * under that name. What becomes of the new one says nothing of the older one, which nobody could account for any more by name.
 */

const SINCE = / \(before ceremony [0-9]+\)$/;

/** What a medium or page was called before another one took its name. */
export function nameAtFirst(medium: string): string {
  return medium.replace(SINCE, '');
}

/** `envelopes` of the medium `envelopes 1`, and of one whose name another one has taken. */
export function mediumName(medium: string): string {
  return nameAtFirst(medium).replace(/ [0-9]+$/, '');
}

/**
 * What of a ledger lies on media, with another name for each medium whose name a blank one has in this ceremony.
 * @param number of this ceremony
 */
export function displaced(
  { shareSets, backups, unused, keyFiles }: Pick<Ledger, 'shareSets' | 'backups' | 'unused' | 'keyFiles'>,
  plan: CustodyPlan,
  number: number,
): {
  readonly shareSets: readonly LedgerShareSet[];
  readonly backups: readonly LedgerBackup[];
  readonly unused: readonly LedgerUnusedSet[];
  readonly keyFiles: readonly LedgerKeyFiles[];
} {
  const renamed = renaming(plan, number);
  const lying = <T extends Pick<LedgerShareSet, 'envelopes'>>(set: T): T => ({
    ...set,
    envelopes: Object.fromEntries(Object.entries(set.envelopes).map(([medium, on]) => [renamed(medium), on])),
  });
  return {
    shareSets: shareSets.map((set) => ({
      ...lying(set),
      ...(set.paper ? { paper: set.paper.map((page) => ({ ...page, unit: renamed(page.unit) })) } : {}),
    })),
    backups: (backups ?? []).map((backup) => ({ ...backup, media: backup.media.map(renamed).sort() })),
    unused: (unused ?? []).map(lying),
    keyFiles: (keyFiles ?? []).map((files) => ({ ...files, media: files.media.map(renamed).sort() })),
  };
}

/**
 * Declarations of losses, those of this ceremony too: what was lost under a name that a blank medium has now is the older one, and
 * stays lost under the older one's name.
 * @param number of this ceremony
 */
export function displacedLosses(losses: readonly LedgerLoss[], plan: CustodyPlan, number: number): LedgerLoss[] {
  const renamed = renaming(plan, number);
  return losses.map((loss) => {
    const { kind, thing } = loss;
    if ((kind !== 'medium' && kind !== 'paper-share') || renamed(thing) === thing) return loss;
    return { ...loss, thing: renamed(kind === 'medium' ? asWritten(thing) : thing) };
  });
}

/** How media and pages are called from now on. */
function renaming({ materials }: CustodyPlan, number: number): (medium: string) => string {
  const blank = materials.filter(({ arrives }) => arrives === 'blank').flatMap(({ units }) => units);
  const taken = new Set(blank.flatMap(({ unit }) => [unit, asWritten(unit)]));
  return (medium) => (taken.has(medium) ? `${medium} (before ceremony ${number})` : medium);
}

/** `envelopes 1` of what the custody register calls `envelopes.1`. */
function asWritten(unit: string): string {
  return unit.replace(/\.(?=[0-9]+$)/, ' ');
}
