import { canonicalJson } from '../../../base/canonical-json.ts';
import { CeremonyError } from '../../../base/errors.ts';
import { deriveLedger } from '../../../ledger/derive.ts';
import type { Ledger } from '../../../ledger/ledger.ts';
import { PATH } from '../../../pack/layout.ts';
import type { Derivations } from '../../options.ts';
import { firstMoveWithheld } from '../../withheld.ts';
import { type ChainCheck, checkPairs } from '../chain-check.ts';
import { called, type Link } from '../pack-chain.ts';

/** Says of each member of the ledger that differs what is too much and what is not there. */
export const chainDerived: ChainCheck = {
  id: 'CHAIN-DERIVED',
  title: 'each ledger is the ledger of the pack before and what the events since then did, and nothing else',
  run(chain, { derive, report, hasReported, note }) {
    checkPairs(chain, (before, after) => {
      // What was lost has its own finding, entry by entry; all else would follow from it.
      if (hasReported('CHAIN-LOST', after.name)) return;
      try {
        const derived = derivedFrom(before, after, derive);
        const isWithheld = Number.isFinite(firstMoveWithheld(after.pack.eventLines()));
        if (isWithheld)
          note(`where things are, as ${called(after)} says it, is not derived again: answers are withheld`);
        for (const said of differences(
          isWithheld ? { ...derived, custody: after.ledger.custody } : derived,
          after.ledger,
        ))
          report(after.name, PATH.ledger, `${said}, after ${called(before)}`);
      } catch (error) {
        if (!(error instanceof CeremonyError)) throw error;
        report(after.name, PATH.ledger, `it cannot be derived from that of ${called(before)}: ${error.message}`);
      }
    });
  },
};

function derivedFrom(before: Link, { pack }: Link, derive: Derivations): Ledger {
  const plan = derive.plan({
    script: pack.need(PATH.script),
    site: pack.need(PATH.site),
    roster: pack.roster(),
    authorization: pack.authorization(),
    ledger: before.ledger,
  });
  return deriveLedger(plan, pack.events(), pack.file, before.ledger);
}

function differences(derived: Ledger, found: Ledger): string[] {
  const members = new Set([...Object.keys(derived), ...Object.keys(found)]) as Set<keyof Ledger>;
  return [...members].flatMap((member) => {
    const [wanted, there] = [derived[member] ?? null, found[member] ?? null];
    if (canonicalJson(wanted) === canonicalJson(there)) return [];
    const [more, less] = [entriesBeyond(there, wanted), entriesBeyond(wanted, there)];
    if (more.length + less.length === 0) return [`"${member}" is not what the record makes of it`];
    return [
      ...more.map((entry) => `"${member}" has an entry that nothing recorded made: ${entry}`),
      ...less.map((entry) => `"${member}" lacks an entry that the record made: ${entry}`),
    ];
  });
}

function entriesBeyond(list: unknown, other: unknown): string[] {
  if (!Array.isArray(list) || !Array.isArray(other)) return [];
  const known = new Set(other.map((entry) => canonicalJson(entry)));
  return list.map((entry) => canonicalJson(entry)).filter((entry) => !known.has(entry));
}
