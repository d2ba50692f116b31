import { addDuration, parseUtc } from '../base/dates.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Authorization } from './authorization.ts';

/** Longest window that is signed, in days: no quarter of a year has more. */
const MOST_DAYS = 92;

/**
 * Holds the window that the policy authority is asked to sign: it is not over, and has at most 92 days. What an
 * authorization names is as it was when it was signed; a long one would be a standing permission.
 * @param at UTC, whole seconds
 * @throws CeremonyError AUTHORIZATION_WINDOW
 */
export function holdWindow({ notBefore, notAfter }: Pick<Authorization, 'notBefore' | 'notAfter'>, at: string): void {
  const refuse = (what: string, hint: string) => {
    throw new CeremonyError('AUTHORIZATION_WINDOW', `the window ${notBefore} to ${notAfter} ${what}`, { hint });
  };
  if (notAfter <= notBefore) refuse('ends before it begins', 'its end must be after its beginning');
  if (notAfter < at) refuse(`is over: it is ${at}`, 'check the clock first; if it is right, authorize a day to come');
  if (parseUtc(notAfter) > addDuration(parseUtc(notBefore), `P${MOST_DAYS}D`)) {
    refuse(
      `is longer than ${MOST_DAYS} days`,
      'people, program and HSM are named as they are now, and a long permission outlives them: authorize a late day when it is near',
    );
  }
}
