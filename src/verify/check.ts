import type { Pack } from '../pack/pack-reader.ts';
import type { Derivations, VerifyOptions } from './options.ts';
import type { Parts } from './parts.ts';

/** A step of the plan that was not judged, and why: the claim that the script was followed does not reach it. */
export interface Unjudged {
  readonly step: string;
  readonly because: string;
}

/** What a check works with besides the parts it needs. */
export interface CheckContext {
  readonly pack: Pack;
  readonly options: VerifyOptions;
  readonly derive: Derivations;
  /**
   * Adds a finding of this check.
   * @param where file of the pack, with a line number where there is one: `events.jsonl:12`
   * @param message lower case, no full stop, the value quoted, what was expected
   * @param id only where a check hands on what a step type judged, under that type's own id
   */
  readonly report: (where: string, message: string, id?: string) => void;
  /** The check that has reported something at that place, if any has so far. */
  readonly found: (where: string) => string | undefined;
  /** Something a reader should know that is no fault. */
  readonly note: (text: string) => void;
  /** A step that could not be judged, and no finding says so. */
  readonly unjudged: (step: string, because: string) => void;
}

/**
 * One thing that can be wrong with a pack, and nothing else: a fault that this check names is named by no other, as
 * far as one fault can be told from another. A check runs when all parts it needs could be read.
 */
export interface Check<N extends keyof Parts = keyof Parts> {
  /** Stable: it stands in reports that are read decades later. */
  readonly id: string;
  /** What holds when the check finds nothing. */
  readonly title: string;
  readonly needs: readonly N[];
  /** Runs when all others have: it judges what they found no fault with. */
  readonly last?: true;
  readonly run: (parts: Pick<Parts, N>, context: CheckContext) => void;
}

export function defineCheck<N extends keyof Parts>(check: Check<N>): Check {
  return check as unknown as Check;
}
