import type { Sha256 } from '../base/digest.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Plan } from '../plan/plan.ts';
import type { StepType } from '../plan/step-type.ts';
import type { Authorization } from '../quorum/authorization.ts';
import type { Roster } from '../quorum/roster.ts';

export type Outcome = 'complete' | 'aborted' | 'interrupted';

export interface VerifyOptions {
  readonly expect: 'rehearsal' | 'production';
  /** The anchor: SHA-256 of the roster, from outside the pack. */
  readonly roster?: Sha256;
  /** Rosters that follow that one, or that it follows, by the changes in other packs that were verified. */
  readonly followed?: readonly Sha256[];
  /** Which outcome is right; `complete` unless told. */
  readonly outcome?: Outcome;
  /** The reader accepts that steps whose answers are withheld are not judged; a finding unless told. */
  readonly withheld?: 'allowed';
}

/** What a plan is derived from. */
export interface PlanSource {
  readonly script: Uint8Array;
  readonly site: Uint8Array;
  readonly roster: Roster;
  readonly authorization: Authorization;
  /** Of the pack before; null for the first ceremony of a CA. */
  readonly ledger: Ledger | null;
}

/** What a verifier derives by code that stands above it; given, so that a test can give its own. */
export interface Derivations {
  /** The plan that script and site make for this roster, authorization and ledger. @throws CeremonyError SCRIPT_REFUSED and the like */
  readonly plan: (from: PlanSource) => Plan;
  /** Every step type of this version, by name. */
  readonly steps: ReadonlyMap<string, StepType>;
  /** The report rendered again from this pack, or why it was not; without it its presence is all that is checked. */
  readonly report?: { readonly version: string; readonly bytes: Uint8Array } | { readonly because: string };
  /** VERIFY.md and verify.sh as this version has them, by path. */
  readonly guide?: ReadonlyMap<string, Uint8Array>;
}
