import type { DateExpression } from '../base/date-expressions.ts';
import { durationInWords } from '../base/dates.ts';
import { NO_DIGEST, type Sha256 } from '../base/digest.ts';
import { escapeForeign } from '../base/text.ts';
import { keysPlannedOn } from '../plan/key-places.ts';
import type { PaperPart } from '../plan/paper-part.ts';
import { type Plan, type PlannedStep, type PlannedUse, stepsOf } from '../plan/plan.ts';

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
  const before = stepsOf(plan).slice(
    0,
    stepsOf(plan).findIndex(({ key }) => key === step.key),
  );
  // A token may get its serial number, or another one, when it is initialised: here, that is done under shares alone.
  const preparation =
    token.means === 'shares'
      ? before.find(({ type, params }) => type === 'prepare-token' && params['token'] === name)
      : undefined;
  const serial = preparation
    ? `as in step ${preparation.number}, after it was prepared`
    : (token.serial ?? (token.expect === 'blank' ? 'none yet: it is blank' : 'as the ledger of before has it'));
  return [
    {
      kind: 'expected',
      values: [['HSM', `${token.name}: ${token.model}`], ['serial', serial], ['label', token.label], ...more],
    },
  ];
}

/** `key "root", labelled "example-root-g1"` */
export function keyLine(plan: Plan, name: string): string {
  const made = stepsOf(plan).find(({ makes }) => makes['key'] === name)?.params['label'];
  const label = made ?? plan.tokens.flatMap(({ holds = [] }) => holds).find((key) => key.name === name)?.label;
  return `"${name}"${typeof label === 'string' ? `, labelled "${escapeForeign(label)}"` : ''}`;
}

/** The keys that a full look at an HSM must find. */
export function keysOnIt(plan: Plan, step: Pick<PlannedStep, 'id'>, token: string): readonly [string, string] {
  return ['keys on it', listed(plan, keysPlannedOn(plan, step, token))];
}

/** The same where something else has changed the HSM in between, and what must be new on it. */
export function keysToSee(
  plan: Plan,
  step: Pick<PlannedStep, 'id'>,
  token: string,
  added: readonly string[] = [],
): (readonly [name: string, value: string])[] {
  return [keysOnIt(plan, step, token), ['new on it', listed(plan, added)]];
}

function listed(plan: Plan, names: readonly string[]): string {
  return names.map((name) => keyLine(plan, name)).join('; ') || 'none';
}

/**
 * `not-before plus 10 years minus 1 second`; `the moment of the proposal, down to 1 minute`. A date of a certificate that is
 * used stands beside its name: people cannot look it up.
 */
export function dateWords(expression: DateExpression, plan: Pick<Plan, 'uses'>): string {
  if ('at' in expression) {
    const { floor } = expression;
    return `the moment of the proposal${floor === undefined ? '' : `, down to ${durationInWords(floor)}`}`;
  }
  const { from, plus, minus, 'at-most': atMost } = expression;
  const words = [
    named(from, plan),
    ...(plus === undefined ? [] : [`plus ${durationInWords(plus)}`]),
    ...(minus === undefined ? [] : [`minus ${durationInWords(minus)}`]),
  ].join(' ');
  return atMost === undefined ? words : `${words}, at most ${named(atMost, plan)}`;
}

/** `root.not-after (2037-03-01T09:00:00Z)`, where that is known by now. */
function named(date: string, { uses }: Pick<Plan, 'uses'>): string {
  const [name = '', end] = date.split('.');
  const use = uses?.[name];
  if (use?.kind !== 'certificate' || end === undefined) return date;
  const at = end === 'not-before' ? use.notBefore : use.notAfter;
  return at === '' ? date : `${date} (${at})`;
}

/** A certificate or CRL of an earlier ceremony, by the whole of its digest; without a site that is not known. */
export function usedWords(use: Extract<PlannedUse, { readonly sha256: Sha256 }>): string {
  return use.sha256 === NO_DIGEST ? 'of the pack before' : `of the pack before, SHA-256 ${use.sha256}`;
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
