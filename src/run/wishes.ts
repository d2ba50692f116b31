import type { JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import { fieldFault } from '../plan/field-value.ts';
import { mayBeRepeated, mayBeSkipped } from '../plan/human-step.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import { exchangeFault } from '../plan/plan-in-force.ts';
import type { Here, Interjection } from '../ports.ts';
import type { Authorization } from '../quorum/authorization.ts';
import { DEVIATION_CLASS, deviationTextFault } from '../quorum/deviation.ts';
import { memberOf, type Roster } from '../quorum/roster.ts';
import type { DeviationEvent, Event } from '../transcript/event.ts';

/* What people may want at a prompt, held to what can be done: a refusal comes before any of it is in the record. */

/**
 * The guard and whoever verifies refuse a text that people cannot read as it is.
 * @throws CeremonyError ANSWER_REFUSED
 */
export function holdToTexts(wish: Interjection): void {
  const texts = Object.entries('what' in wish ? { what: wish.what, why: wish.why } : { why: wish.why });
  for (const [name, text] of texts) {
    const problem = deviationTextFault(text);
    if (problem) throw new CeremonyError('ANSWER_REFUSED', `"${name}" ${problem}`);
  }
}

/** @throws CeremonyError DEVIATION_REFUSED */
export function holdToStep(effect: DeviationEvent['effect'], step: PlannedStep): void {
  const allowed = effect === 'skip' ? mayBeSkipped(step) : effect === 'repeat' ? mayBeRepeated(step) : true;
  if (allowed) return;
  throw new CeremonyError(
    'DEVIATION_REFUSED',
    `step "${step.key}" is of type "${step.type}", which is never ${effect === 'skip' ? 'skipped' : 'repeated'}`,
    { hint: 'that is a new script; abort, or go on as written' },
  );
}

/** By what it is judged who may come for whom. */
export interface Room {
  /** The ones in force. */
  readonly plan: Plan;
  readonly roster: Roster;
  readonly authorization: Authorization;
  /** Seats for whom people.json names a person. */
  readonly named: ReadonlySet<string>;
  readonly events: readonly Event[];
}

/** @throws CeremonyError DEVIATION_REFUSED when nobody can take that person's place so, or not any more */
export function holdToSeats({ leaves, comes }: Extract<Interjection, { interject: 'exchange' }>, room: Room): void {
  const fault = seatFault(leaves, comes, room);
  if (fault !== undefined)
    throw new CeremonyError('DEVIATION_REFUSED', fault, { hint: 'go on with those who are here, or abort' });
}

/** For each person who is here, who could come in their place. */
export function peopleIn(room: Room): readonly Here[] {
  const members = room.roster.members.map(({ seat }) => seat);
  return Object.values(room.plan.seats)
    .flat()
    .map((seat) => ({ seat, others: members.filter((comes) => seatFault(seat, comes, room) === undefined) }));
}

function seatFault(
  leaves: string,
  comes: string,
  { plan, roster, authorization, named, events }: Room,
): string | undefined {
  if (!roster.classes.has(DEVIATION_CLASS))
    return 'there is no roster yet, so nobody can approve that somebody is exchanged';
  for (const event of events) {
    if (event.type === 'statement' && event.kind === 'sign-off')
      return `"${event.seat}" has signed off already, and nobody is exchanged after that`;
  }
  const fault = exchangeFault(plan, roster, { leaves, comes });
  if (fault !== undefined) return fault;
  if (!named.has(comes)) return `people.json names nobody for "${comes}"`;
  const tokens = memberOf(roster, comes)?.tokens ?? [];
  const isNamed = tokens.some(({ serial }) => authorization.tokens.some((token) => token.serial === serial));
  return tokens.length === 0 || isNamed ? undefined : `the authorization names no token of "${comes}"`;
}

export function holdToFields(step: PlannedStep, answer: Event & { type: 'answer' }, values: JsonObject): void {
  const names = Object.keys(answer.values).sort();
  if (Object.keys(values).sort().join() !== names.join())
    throw new CeremonyError('CORRECTION_REFUSED', `a correction holds all of ${names.join(', ')}`);
  const fixed = names.find((name) => !Object.hasOwn(step.fields, name) && values[name] !== answer.values[name]);
  if (fixed !== undefined) throw new CeremonyError('CORRECTION_REFUSED', `"${fixed}" is not a value that was typed`);
  for (const [field, form] of Object.entries(step.fields)) {
    if (!Object.hasOwn(values, field)) continue;
    const fault = fieldFault(String(values[field]), String(form['type']), form['shape'] as string | undefined);
    if (fault)
      throw new CeremonyError('ANSWER_REFUSED', `"${field}" was typed as "${String(values[field])}": ${fault}`);
  }
}
