import { systemClock } from '../adapters/ambient.ts';
import { parseDuration } from '../base/dates.ts';
import { CeremonyError, EXIT } from '../base/errors.ts';
import { INTERVALS, type Intervals } from '../calendar/due-date.ts';
import { dueDates } from '../calendar/due-dates.ts';
import { calendarFacts } from '../calendar/facts.ts';
import { calendarText } from '../calendar/text.ts';
import { asOfOr, soundPacks } from './verified-packs.ts';
import type { VerifyFlags } from './verify.ts';

export interface CalendarFlags extends VerifyFlags, Partial<Intervals> {
  readonly asOf?: string;
}

/**
 * Prints what falls due by the newest ledger of the packs. Exit 0 also where dates are past: what is to be done about
 * them is for whoever reads them.
 * @throws CeremonyError USAGE, DATE_INVALID, PACK_FINDINGS, and what the verification throws
 */
export async function calendarCommand(paths: readonly string[], flags: CalendarFlags): Promise<number> {
  const intervals = readIntervals(flags);
  const asOf = asOfOr(systemClock.now(), flags.asOf);
  const facts = calendarFacts(await soundPacks(paths, flags));
  const calendar = dueDates(facts, intervals);
  const { mode, closedAt, digest, ledger } = facts;
  process.stdout.write(
    flags.json
      ? `${JSON.stringify({ ledger: digest, ceremony: ledger.number, mode, closedAt, ...calendar })}\n`
      : `${calendarText(calendar, facts, asOf).join('\n')}\n`,
  );
  return EXIT.done;
}

function readIntervals(flags: CalendarFlags): Intervals {
  const read = (name: keyof Intervals): string => {
    const text = flags[name] ?? INTERVALS[name];
    try {
      parseDuration(text);
    } catch (cause) {
      if (!(cause instanceof CeremonyError)) throw cause;
      throw new CeremonyError('USAGE', `--${name}: ${cause.message}`, {
        cause,
        ...(cause.hint === undefined ? {} : { hint: cause.hint }),
      });
    }
    return text;
  };
  return { lead: read('lead'), reissue: read('reissue'), drill: read('drill'), custody: read('custody') };
}
