import { memberOf, type Roster } from '../quorum/roster.ts';
import type { Event } from '../transcript/event.ts';
import { type Plan, type PlannedStep, roleOf } from './plan.ts';
import { changeOf } from './roster-change.ts';

/*
 * Who fills the seats, by the record so far: the plan's people, and in their places those who came for them. Pure; used
 * while running and when verifying.
 */

/** One person in the place of another of the same role, as the quorum approved it. */
export interface Exchange {
  /** Seq of its `deviation`. */
  readonly seq: number;
  /** Seq of the approval with which enough people had approved it: it is in force for what is recorded after this. */
  readonly since: number;
  readonly leaves: string;
  readonly comes: string;
}

/**
 * The exchanges that are in force. Each was approved at once: after its `deviation` nothing was recorded, up to the
 * last approval that it needs, but who declined, what was refused, and what was decided then. The refusal
 * DEVIATION_UNAPPROVED ends that too: it says that nothing changes, and nobody's later approval does.
 * @param need how many distinct people approve a deviation
 */
export function exchangesIn(events: readonly Event[], need: number): readonly Exchange[] {
  const found: Exchange[] = [];
  let open: { readonly exchange: Omit<Exchange, 'since'>; readonly approved: Set<string>; last: number } | undefined;
  for (const event of events) {
    if (event.type === 'deviation' && event.effect === 'exchange') {
      const [leaves = '', comes = ''] = event.names;
      open = { exchange: { seq: event.seq, leaves, comes }, approved: new Set(), last: event.seq };
      continue;
    }
    if (!open) continue;
    // A line that is withheld stands between as well: it can only be what somebody said of something else.
    if (event.seq !== open.last + 1 || !isOf(open.exchange.seq, event)) {
      open = undefined;
      continue;
    }
    open.last = event.seq;
    if (event.type !== 'approval' || open.approved.add(event.seat).size < need) continue;
    found.push({ ...open.exchange, since: event.seq });
    open = undefined;
  }
  return found;
}

function isOf(deviation: number, event: Event): boolean {
  switch (event.type) {
    case 'approval':
    case 'declined':
      return event.proposal === deviation;
    case 'refusal':
      return event.code !== 'DEVIATION_UNAPPROVED';
    case 'decision':
      return true;
    default:
      return false;
  }
}

/** The plan with these exchanges made, in their order: seats and steps have other people; keys and numbers stay. */
export function planWith(plan: Plan, exchanges: readonly Pick<Exchange, 'leaves' | 'comes'>[]): Plan {
  return exchanges.reduce(exchanged, plan);
}

/** For each event, by its seq, the plan that is in force when it is recorded. */
export function plansInForce(plan: Plan, events: readonly Event[], need: number): (seq: number) => Plan {
  const exchanges = exchangesIn(events, need);
  const plans = [plan];
  for (const one of exchanges) plans.push(exchanged(plans.at(-1) as Plan, one));
  return (seq) => plans[exchanges.filter(({ since }) => since < seq).length] as Plan;
}

/** The plan that is in force after these events. */
export function planAfter(plan: Plan, events: readonly Event[], need: number): Plan {
  return planWith(plan, exchangesIn(events, need));
}

/** Who fills the place of that person now. */
export function inPlaceOf(seat: string, exchanges: readonly Pick<Exchange, 'leaves' | 'comes'>[]): string {
  return exchanges.reduce((now, { leaves, comes }) => (now === leaves ? comes : now), seat);
}

/**
 * Why nobody can be exchanged so, or undefined. Roles stay as they are: a witness or auditor never comes to approve, and
 * nobody fills two seats.
 * @param plan the one in force
 */
export function exchangeFault(
  plan: Pick<Plan, 'seats' | 'acts'>,
  roster: Roster,
  { leaves, comes }: Pick<Exchange, 'leaves' | 'comes'>,
): string | undefined {
  const role = roleOf(plan, leaves);
  if (role === undefined) return `"${leaves}" fills no seat that they could leave`;
  const filled = roleOf(plan, comes);
  if (filled !== undefined) return `"${comes}" fills a seat already, as ${filled}; one person fills one`;
  const member = memberOf(roster, comes);
  if (!member) return `"${comes}" is not on the roster`;
  const change = changeOf(plan);
  if (change?.leaves.includes(comes)) return `"${comes}" leaves the roster in this ceremony`;
  if (change?.renews.includes(comes)) return `"${comes}" is enrolled anew in this ceremony`;
  if (member.role === role) return undefined;
  return `"${comes}" is ${member.role} on the roster, and "${leaves}" is ${role}; nobody takes a place of another role`;
}

function exchanged(plan: Plan, { leaves, comes }: Pick<Exchange, 'leaves' | 'comes'>): Plan {
  const swapped = (seats: readonly string[]) => seats.map((seat) => (seat === leaves ? comes : seat));
  const step = (one: PlannedStep): PlannedStep => ({ ...one, by: swapped(one.by), check: swapped(one.check) });
  return {
    ...plan,
    seats: Object.fromEntries(Object.entries(plan.seats).map(([role, seats]) => [role, swapped(seats)])),
    acts: plan.acts.map((act) => ({ ...act, steps: act.steps.map(step) })),
  };
}
