import type { Derivations } from '../options.ts';
import type { Link, PackChain } from './pack-chain.ts';

export interface ChainContext {
  readonly derive: Derivations;
  /**
   * Adds a finding of this check.
   * @param name of the pack, as it was given
   * @param path file in it, with a line number where there is one
   * @param message lower case, no full stop, the value quoted, what was expected
   */
  readonly report: (name: string, path: string, message: string) => void;
  /** The check that has reported something of that pack, if it did. */
  readonly hasReported: (check: string, name: string) => boolean;
  readonly note: (text: string) => void;
}

/** One thing that can be wrong between packs, each of which may be without fault when it is read alone. */
export interface ChainCheck {
  /** Stable, and of no check of a single pack. */
  readonly id: string;
  /** What holds when the check finds nothing. */
  readonly title: string;
  readonly run: (chain: PackChain, context: ChainContext) => void;
}

/** A check of each pack whose pack before was given, with that one. */
export function checkPairs({ links }: PackChain, check: (before: Link, after: Link) => void): void {
  for (const link of links) if (link.before) check(link.before, link);
}
