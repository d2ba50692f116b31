import type { Sha256 } from '../base/digest.ts';
import type { Person } from '../pack/people.ts';
import type { Plan } from '../plan/plan.ts';
import type { StepType } from '../plan/step-type.ts';
import type { Authorization } from '../quorum/authorization.ts';
import type { Roster } from '../quorum/roster.ts';
import type { Script } from '../script/script.ts';

/** Sizes of paper, by what is typed for them. */
export const PAPER_NAMES = ['a4', 'letter'] as const;
export type PaperName = (typeof PAPER_NAMES)[number];

/** The pack before, as it lies where the site says. */
export interface Before {
  /** SHA-256 of its manifest. */
  readonly manifest: Sha256;
  /** Number of its ceremony. */
  readonly number: number;
  /** What it holds that stands nowhere in the plan, in lines, by the SHA-256 of a certificate or CRL: names, how many entries. */
  readonly says: ReadonlyMap<Sha256, readonly string[]>;
}

/** All that the printed script is made of. What is not there yet leaves a place to write it in. */
export interface BookInput {
  readonly plan: Plan;
  readonly script: Script;
  readonly stepTypes: ReadonlyMap<string, StepType>;
  readonly authorization: Authorization | undefined;
  readonly roster: Roster | undefined;
  /** Undefined where this ceremony follows none, and where no site says which. */
  readonly before: Before | undefined;
  /** Seat → person. */
  readonly people: ReadonlyMap<string, Person>;
  readonly program: { readonly name: string; readonly version: string };
  readonly paper: PaperName;
}
