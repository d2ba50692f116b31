import type { DateExpression } from '../base/date-expressions.ts';
import { durationInWords } from '../base/dates.ts';
import type { PaperPart } from '../plan/paper-part.ts';
import { type Plan, type PlannedStep, stepsOf } from '../plan/plan.ts';

/*
 * Parts of the printed script that several step types have.
 */

/** What an HSM says of itself, as far as it is known by now, and other values that are expected with it. */
export function tokenParts(
  plan: Plan,
  step: Pick<PlannedStep, 'key'>,
  name: string,
  more: readonly (readonly [name: string, value: string])[] = [],
): PaperPart[] {
  const token = plan.tokens.find((one) => one.name === name);
  if (!token) return [{ kind: 'expected', values: [['HSM', name], ...more] }];
  // A token may get its serial number, or another one, when it is initialised.
  const before = stepsOf(plan).slice(
    0,
    stepsOf(plan).findIndex(({ key }) => key === step.key),
  );
  const preparation = before.find(({ type, params }) => type === 'prepare-token' && params['token'] === name);
  const serial = preparation
    ? `as in step ${preparation.number}, after it was prepared`
    : (token.serial ?? 'none yet: it is blank');
  return [
    {
      kind: 'expected',
      values: [['HSM', `${token.name}: ${token.model}`], ['serial', serial], ['label', token.label], ...more],
    },
  ];
}

/** `not-before plus 10 years minus 1 second`; `the moment of the proposal, down to 1 minute` */
export function dateWords(expression: DateExpression): string {
  if ('at' in expression) {
    const { floor } = expression;
    return `the moment of the proposal${floor === undefined ? '' : `, down to ${durationInWords(floor)}`}`;
  }
  const { from, plus, minus, 'at-most': atMost } = expression;
  return [
    from,
    ...(plus === undefined ? [] : [`plus ${durationInWords(plus)}`]),
    ...(minus === undefined ? [] : [`minus ${durationInWords(minus)}`]),
    ...(atMost === undefined ? [] : [`at most ${atMost}`]),
  ].join(' ');
}

/** A box for each copy of a medium; one where no site says how many there are. */
export function copiesPart(plan: Plan, medium: string, says: string): PaperPart {
  const copies = plan.media[medium] ?? [];
  const of = copies.length === 0 ? ['copy'] : copies.map((at, index) => `copy ${index + 1}: ${at}`);
  return { kind: 'ticks', says, of };
}

/** What has one answer. */
export function oneOf(...answers: readonly string[]): PaperPart {
  return { kind: 'ticks', says: 'one of these:', of: answers };
}

/** What is seen to be so. */
export function seen(...what: readonly string[]): PaperPart {
  return { kind: 'ticks', says: 'seen:', of: what };
}
