import { z } from 'zod';
import { DURATION_PATTERN, isCalendarDate } from '../../base/dates.ts';
import { dottedName } from './words.ts';

const EXPECTED = 'an ISO 8601 duration in years, months, days, hours, minutes and seconds, such as P10Y, P364D or PT1M';

/** Any duration of ISO calendar arithmetic. */
export const duration = z.string({ error: EXPECTED }).regex(DURATION_PATTERN);

/** A duration whose length does not depend on the calendar: no years, no months. */
export const fixedDuration = z
  .string({ error: 'an ISO 8601 duration in days, hours, minutes and seconds, such as PT30M' })
  .regex(/^P(?=.)(?:[1-9]\d{0,5}D)?(?:T(?=.)(?:[1-9]\d{0,5}H)?(?:[1-9]\d{0,5}M)?(?:[1-9]\d{0,5}S)?)?$/);

export const calendarDate = z
  .string({ error: 'a day that exists, as YYYY-MM-DD' })
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine(isCalendarDate, { error: 'a day that exists, as YYYY-MM-DD' });

/** A date that is bound when an operation is proposed; `bindDates` computes it. For the schemas of step types. */
export const dateExpression = z.union(
  [
    z.strictObject({ at: z.literal('proposal'), floor: fixedDuration.exactOptional() }),
    z.strictObject({
      from: dottedName,
      plus: duration.exactOptional(),
      minus: duration.exactOptional(),
      'at-most': dottedName.exactOptional(),
    }),
  ],
  { error: 'a date such as { at: proposal, floor: PT1M } or { from: not-before, plus: P10Y, minus: PT1S }' },
);
