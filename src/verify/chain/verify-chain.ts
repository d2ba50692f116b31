import type { Sha256 } from '../../base/digest.ts';
import { CeremonyError } from '../../base/errors.ts';
import type { Finding } from '../../base/finding.ts';
import { escapeForeign } from '../../base/text.ts';
import { PATH } from '../../pack/layout.ts';
import type { Derivations } from '../options.ts';
import type { ChainCheck } from './chain-check.ts';
import { type NamedPack, orderPacks } from './pack-chain.ts';
import { CHAIN_CHECKS } from './registry.ts';

/** A pack at its place in the chain. */
export interface Placed {
  /** As it was given. */
  readonly name: string;
  readonly number: number;
  readonly mode: 'rehearsal' | 'production';
  readonly outcome: 'complete' | 'aborted';
  /** SHA-256 of its manifest. */
  readonly manifest: Sha256;
  readonly head: Sha256;
  /** Name of the pack that it follows, where that was given. */
  readonly after: string | null;
}

export interface ChainVerification {
  /** In order; packs that cannot be read or were given again are not among them. */
  readonly packs: readonly Placed[];
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
}

/**
 * Verifies that each of these packs starts from the one before it, whatever their order. Pure. Of what is in a pack
 * nothing is believed but what `verifyPack` finds no fault with: that has to be asked of each of them too.
 * @param checks all there are, unless told
 */
export function verifyChain(
  packs: readonly NamedPack[],
  derive: Derivations,
  checks: readonly ChainCheck[] = CHAIN_CHECKS,
): ChainVerification {
  const chain = orderPacks(packs);
  const found: { check: string; name: string; finding: Finding }[] = [];
  const notes = new Set<string>();
  for (const { id, run } of checks) {
    const report = (name: string, path: string, message: string) => {
      const finding = { check: id, where: escapeForeign(`${name}/${path}`), message: escapeForeign(message) };
      found.push({ check: id, name, finding });
    };
    try {
      run(chain, {
        ...{ derive, report },
        hasReported: (check, name) => found.some((one) => one.check === check && one.name === name),
        note: (text) => notes.add(escapeForeign(text)),
      });
    } catch (error) {
      // A document that a check reads and cannot: its refusal is that check's finding, and the others go on.
      if (!(error instanceof CeremonyError)) throw error;
      report(chain.links.at(-1)?.name ?? '', PATH.events, error.message);
    }
  }
  return {
    packs: chain.links.map(({ name, opening, manifest, digest, before }) => ({
      name,
      number: opening.number,
      mode: opening.mode,
      outcome: manifest.outcome,
      manifest: digest,
      head: manifest.head,
      after: before?.name ?? null,
    })),
    findings: found.map(({ finding }) => finding),
    notes: [...notes],
  };
}
