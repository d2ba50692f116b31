import { systemClock } from '../adapters/ambient.ts';
import { parseDuration } from '../base/dates.ts';
import { CeremonyError, EXIT } from '../base/errors.ts';
import { INTERVALS, type Intervals } from '../calendar/due-date.ts';
import { type Calendar, dueDates } from '../calendar/due-dates.ts';
import { type CalendarFacts, calendarFacts } from '../calendar/facts.ts';
import { calendarIcs } from '../calendar/ics.ts';
import { calendarMetrics } from '../calendar/metrics.ts';
import { calendarText } from '../calendar/text.ts';
import { asOfOr, soundPacks } from './verified-packs.ts';
import type { VerifyFlags } from './verify.ts';

export interface CalendarFlags extends VerifyFlags, Partial<Intervals> {
  readonly asOf?: string;
  readonly ics?: boolean;
  readonly metrics?: boolean;
}

/** What is printed instead of a table. */
const FORMS = ['ics', 'metrics', 'json'] as const;

/**
 * Prints what falls due by the newest ledger of the packs. Exit 0 also where dates are past: what is to be done about
 * them is for whoever reads them.
 * @throws CeremonyError USAGE, DATE_INVALID, PACK_FINDINGS, and what the verification throws
 */
export async function calendarCommand(paths: readonly string[], flags: CalendarFlags): Promise<number> {
  const form = readForm(flags);
  const intervals = readIntervals(flags);
  const asOf = asOfOr(systemClock.now(), flags.asOf);
  const facts = calendarFacts(await soundPacks(paths, flags));
  const calendar = dueDates(facts, intervals);
  process.stdout.write(PRINT[form](calendar, facts, asOf));
  return EXIT.done;
}

type Form = (typeof FORMS)[number] | 'text';

const PRINT: Readonly<Record<Form, (calendar: Calendar, facts: CalendarFacts, asOf: string) => string>> = {
  text: (calendar, facts, asOf) => `${calendarText(calendar, facts, asOf).join('\n')}\n`,
  ics: calendarIcs,
  metrics: calendarMetrics,
  json: (calendar, { digest, ledger, mode, closedAt }) =>
    `${JSON.stringify({ ledger: digest, ceremony: ledger.number, mode, closedAt, ...calendar })}\n`,
};

/** @throws CeremonyError USAGE when two forms are asked for, or a day for one in which there is no today */
function readForm(flags: CalendarFlags): Form {
  const [form = 'text', other] = FORMS.filter((one) => flags[one]);
  if (other !== undefined)
    throw new CeremonyError('USAGE', `--${form} and --${other} are both given, expected one of them`);
  if (form !== 'text' && flags.asOf !== undefined)
    throw new CeremonyError('USAGE', `--as-of is given with --${form}, which says the same on every day`);
  return form;
}

function readIntervals(flags: CalendarFlags): Intervals {
  const read = (name: keyof Intervals): string => {
    const text = flags[name] ?? INTERVALS[name];
    try {
      parseDuration(text);
    } catch (cause) {
      if (!(cause instanceof CeremonyError)) throw cause;
      throw new CeremonyError(
        'USAGE',
        `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}: ${cause.message}`,
        {
          cause,
          ...(cause.hint === undefined ? {} : { hint: cause.hint }),
        },
      );
    }
    return text;
  };
  return {
    ...{ lead: read('lead'), deltaLead: read('deltaLead'), reissue: read('reissue') },
    ...{ drill: read('drill'), backupDrill: read('backupDrill'), custody: read('custody') },
  };
}
