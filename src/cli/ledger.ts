import { systemClock } from '../adapters/ambient.ts';
import { EXIT } from '../base/errors.ts';
import { dueDates } from '../calendar/due-dates.ts';
import { calendarFacts } from '../calendar/facts.ts';
import { ledgerText } from '../calendar/ledger-text.ts';
import { knownIn, ledgerView } from '../calendar/ledger-view.ts';
import { asOfOr, soundPacks } from './verified-packs.ts';
import type { VerifyFlags } from './verify.ts';

export interface LedgerFlags extends VerifyFlags {
  readonly asOf?: string;
}

/**
 * Prints what a CA has, by the newest ledger of the packs. Exit 0 also with warnings: what is to be done about them is for
 * whoever reads them.
 * @throws CeremonyError USAGE, DATE_INVALID, PACK_FINDINGS, and what the verification throws
 */
export async function ledgerCommand(paths: readonly string[], flags: LedgerFlags): Promise<number> {
  const asOf = asOfOr(systemClock.now(), flags.asOf);
  const packs = await soundPacks(paths, flags);
  const facts = calendarFacts(packs);
  const view = ledgerView(facts, knownIn(packs.at(-1) ?? packs[0]), dueDates(facts).dates);
  const { digest, ledger, mode, closedAt } = facts;
  process.stdout.write(
    flags.json
      ? `${JSON.stringify({ ledger: digest, ceremony: ledger.number, mode, closedAt, ...view })}\n`
      : `${ledgerText(view, facts, asOf).join('\n')}\n`,
  );
  return EXIT.done;
}
