import type { JsonObject } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError, EXIT } from '../base/errors.ts';
import { wholeOf } from '../base/octets.ts';
import { deriveLedger } from '../ledger/derive.ts';
import { type Ledger, ledgerBytes } from '../ledger/ledger.ts';
import { manifestSignaturePath, PATH } from '../pack/layout.ts';
import { buildManifest } from '../pack/manifest.ts';
import type { PackSource } from '../pack/source.ts';
import { buildSums } from '../pack/sums.ts';
import { type Plan, stepsOf } from '../plan/plan.ts';
import type { Files, Guard, Medium } from '../ports.ts';
import { memberOf, type Roster } from '../quorum/roster.ts';
import { copyFiles } from '../steps/copy-files.ts';
import type { RunOutcome } from './runner.ts';
import { SealingFiles } from './sealing-files.ts';

export interface SealInput {
  readonly outcome: RunOutcome;
  /** As it was when the ceremony began. */
  readonly plan: Plan;
  readonly roster: Roster;
  readonly authorization: Sha256;
  readonly files: Files;
  readonly guard: Guard;
  readonly media: (name: string) => readonly Medium[];
  /** VERIFY.md and verify.sh, the same in every pack. */
  readonly guide: ReadonlyMap<string, Uint8Array>;
  /** Ledger of the pack before; null for the first ceremony of a CA. */
  readonly previous: Ledger | null;
  /** Pack → PDF. */
  readonly render: (source: PackSource) => Promise<Uint8Array>;
}

/** A present token holder whose signature over the manifest could not be had, and why. */
export interface Unsigned {
  readonly seat: string;
  readonly error: CeremonyError;
}

export interface Sealed {
  /** SHA-256 of manifest.json. */
  readonly manifest: Sha256;
  readonly unsigned: readonly Unsigned[];
}

/**
 * Seals a closed ceremony, in this order: ledger and guide; the manifest, which lists every file so far; its
 * signatures by every present token holder; the report, a view of all that; SHA256SUMS; the copies on media.
 */
export async function sealPack(input: SealInput): Promise<Sealed> {
  const { outcome, plan, roster, files, guard } = input;
  const pack = await SealingFiles.in(files);
  const ledger = deriveLedger(plan, outcome.events, (path) => pack.octets(path), input.previous);
  await pack.add(PATH.ledger, ledgerBytes(ledger));
  for (const [path, content] of input.guide) await pack.add(path, content);
  const manifest = buildManifest(
    {
      ceremony: outcome.ceremony,
      head: outcome.head,
      events: outcome.events.length,
      outcome: outcome.outcome,
      mode: plan.mode,
      authorization: input.authorization,
      roster: roster.digest,
    },
    pack.all,
  );
  await pack.add(PATH.manifest, manifest);
  const unsigned: Unsigned[] = [];
  // Rendered before an interruption: the report says who had signed, and is not rendered again.
  const isRendered = pack.has(PATH.report);
  // Whoever left is not there to sign; whoever came in their place is.
  for (const seat of Object.values(outcome.plan.seats).flat()) {
    if (memberOf(roster, seat)?.evidence !== 'token') continue;
    // Signed before an interruption: a signature is not made twice.
    if (pack.has(manifestSignaturePath(seat))) continue;
    try {
      if (isRendered) throw new CeremonyError('INTERRUPTED', 'had not signed when the report was rendered');
      const { signature } = await guard.signManifest(seat, manifest);
      await pack.add(manifestSignaturePath(seat), signature);
    } catch (error) {
      // A card that fails now must not cost the pack: it is sealed without this signature, which a verifier reports.
      if (!(error instanceof CeremonyError) || error.exitCode === EXIT.disk) throw error;
      unsigned.push({ seat, error });
    }
  }
  if (!isRendered) await pack.add(PATH.report, await input.render(pack.source()));
  await pack.add(PATH.sums, buildSums(manifest, wholeOf(await pack.open(PATH.events))));
  await copyToMedia(plan, input.media, pack);
  return { manifest: sha256(manifest), unsigned };
}

/** Whether a pack is sealed, and lies whole on every medium that it goes to: nothing of it is left to be done. */
export async function isSealed({ plan, files, media }: Pick<SealInput, 'plan' | 'files' | 'media'>): Promise<boolean> {
  const pack = await SealingFiles.in(files);
  if (!pack.has(PATH.sums)) return false;
  for (const medium of packMedia(plan, media)) {
    const there = new Set(await medium.files.list());
    for (const { path, sha256: digest } of pack.all) {
      if (!there.has(`pack/${path}`) || sha256(await medium.files.open(`pack/${path}`)) !== digest) return false;
    }
  }
  return true;
}

function packMedia(plan: Plan, media: (name: string) => readonly Medium[]): ReadonlySet<Medium> {
  const names = stepsOf(plan)
    .filter((step) => step.type === 'write-media' && (step.params as JsonObject)['files'] === 'pack')
    .map((step) => String(step.params['item']));
  return new Set(names.flatMap((name) => [...media(name)]));
}

/** The sealed pack goes beside the provisional one, onto every medium that the script wrote a pack to. */
async function copyToMedia(plan: Plan, media: (name: string) => readonly Medium[], pack: SealingFiles): Promise<void> {
  for (const medium of packMedia(plan, media)) {
    await copyFiles(
      (path) => pack.open(path),
      medium.files,
      pack.all.map(({ path }) => [path, `pack/${path}`] as const),
    );
    for (const { path, sha256: digest } of pack.all) {
      if (sha256(await medium.files.open(`pack/${path}`)) !== digest) {
        throw new CeremonyError('MEDIUM_DIFFERS', `"pack/${path}" reads back differently from medium ${medium.name}`, {
          hint: 'replace this medium: the pack in the output folder is whole',
        });
      }
    }
  }
}
