import type { Ledger } from '../ledger/ledger.ts';
import { memberOf, type Roster } from '../quorum/roster.ts';
import type { Positions } from '../script/positions.ts';
import type { Script } from '../script/script.ts';
import { type Plan, type PlannedStep, roleOf, stepsOf } from './plan.ts';
import type { PlanReporter } from './reporter.ts';
import { shareKept } from './shares-left.ts';

/*
 * What a step that changes the roster makes of a plan: who leaves, who joins as what, and who fills a role after it. Pure; used
 * while planning, while running and when verifying.
 */

/** Type of the step by which another roster takes the place of the one in force. */
export const CHANGES_ROSTER = 'change-roster';

/** What that step says of the people. */
export interface PlannedChange {
  readonly step: PlannedStep;
  /** Seats that leave the roster; none of them is in the room. */
  readonly leaves: readonly string[];
  /** Seats that join it, as they are seated until then under a role of their own. */
  readonly joins: readonly string[];
  /** Seats that stay, and are enrolled with other tokens; until then under a role of their own, as those who join. */
  readonly renews: readonly string[];
  /** What those who join are on the roster from then on, and what those are who stay with other tokens. */
  readonly role: string;
}

/** Seats, and the steps in order. */
type People = Pick<Plan, 'seats'> & { readonly steps: readonly PlannedStep[] };

/** The change that a plan has; undefined for one without. */
export function changeIn({ seats, steps }: People): PlannedChange | undefined {
  const step = steps.find(({ type }) => type === CHANGES_ROSTER);
  if (!step) return undefined;
  const {
    leaves = [],
    joins,
    renews,
    role = '',
  } = step.params as {
    readonly leaves?: readonly string[];
    readonly joins?: string;
    readonly renews?: string;
    readonly role?: string;
  };
  const seated = (as: string | undefined) => (as === undefined ? [] : (seats[as] ?? []));
  return { step, leaves, joins: seated(joins), renews: seated(renews), role };
}

export function changeOf(plan: Pick<Plan, 'seats' | 'acts'>): PlannedChange | undefined {
  return changeIn({ seats: plan.seats, steps: stepsOf(plan) });
}

/**
 * Who fills a role when a step is done: after a change of the roster those who have joined it in that role too, and nobody under
 * the one that they had before.
 */
export function seatsAt(
  { seats, steps }: People,
  step: Pick<PlannedStep, 'key'>,
  role: string,
): readonly string[] | undefined {
  const own = seats[role];
  const change = changeIn({ seats, steps });
  const at = (key: string) => steps.findIndex((one) => one.key === key);
  if (!change || at(step.key) <= at(change.step.key)) return own;
  const enrolled = enrolledBy(change);
  if (role !== change.role) return own?.filter((seat) => !enrolled.includes(seat));
  return [...(own ?? []), ...enrolled];
}

/** The same of a whole plan. */
export function seatsWhen(
  plan: Pick<Plan, 'seats' | 'acts'>,
  step: Pick<PlannedStep, 'key'>,
  role: string,
): readonly string[] {
  return seatsAt({ seats: plan.seats, steps: stepsOf(plan) }, step, role) ?? [];
}

/** As what a person is enrolled: in their role, or in the one in which they join the roster. */
export function roleToBe(plan: Pick<Plan, 'seats' | 'acts'>, seat: string): string | undefined {
  const change = changeOf(plan);
  return change && enrolledBy(change).includes(seat) ? change.role : roleOf(plan, seat);
}

/** Whose tokens are enrolled for a change: of those who join, and of those who stay with another one. */
export function enrolledBy({ joins, renews }: Pick<PlannedChange, 'joins' | 'renews'>): readonly string[] {
  return [...joins, ...renews];
}

/** The seats of a script whose people are enrolled to join the roster, or to stay on it with another token. */
export function enrolledRoles(script: Script): readonly string[] {
  for (const { steps } of script.acts)
    for (const step of steps) {
      if (step.step !== CHANGES_ROSTER) continue;
      const { joins, renews } = (step.with ?? {}) as { readonly joins?: unknown; readonly renews?: unknown };
      return [joins, renews].filter((role) => typeof role === 'string');
    }
  return [];
}

type Say = (path: readonly (string | number)[], text: string, hint?: string) => void;

/**
 * Holds a change of the roster to the one in force and to what the ledger has: that those are there who decide and sign, that what
 * comes of it is a roster, and that nobody who leaves keeps a share of what opens an HSM.
 */
export function holdRosterChange(
  plan: Plan,
  paths: ReadonlyMap<string, readonly (string | number)[]>,
  positions: Positions,
  { roster, ledger }: { readonly roster: Roster; readonly ledger: Ledger | undefined },
  reporter: PlanReporter,
): void {
  const change = changeOf(plan);
  if (!change) return;
  const base = paths.get(change.step.key) ?? [];
  const say: Say = (path, text, hint) => reporter.at(positions, [...base, ...path], 'PLAN_ROSTER', text, hint);
  holdLeaving(plan, change, roster, say);
  holdJoining(change, { roster, ledger }, say);
  holdRenewing(change, roster, say);
  holdNumbers(change, roster, say);
  holdSigners(plan, change, roster, say);
  const why = change.step.params['unrotated'];
  if (!ledger) return;
  for (const set of ledger.shareSets) {
    const kept = shareKept(plan, change, set, ledger);
    if (!kept) continue;
    const { text, hint, isLost } = kept;
    if (typeof why === 'string' && !isLost)
      reporter.at(
        positions,
        [...base, 'with', 'unrotated'],
        'PLAN_ROSTER',
        `${text}; it stays due: ${why}`,
        undefined,
        'warning',
      );
    else say(['with', 'leaves'], text, hint);
  }
}

function holdLeaving(plan: Plan, { leaves }: PlannedChange, roster: Roster, say: Say): void {
  for (const [index, seat] of leaves.entries()) {
    const path = ['with', 'leaves', index];
    const seated = roleOf(plan, seat);
    if (!memberOf(roster, seat)) say(path, `"${seat}" is not on the roster, and cannot leave it`);
    else if (leaves.indexOf(seat) !== index) say(path, `"${seat}" leaves twice`);
    else if (seated !== undefined)
      say(
        path,
        `"${seat}", who leaves, is seated as "${seated}": after this step nothing that they sign counts`,
        'who leaves does not come; where their share is needed, have somebody join first, and them leave in the next ceremony',
      );
  }
}

function holdJoining(
  { joins, role }: PlannedChange,
  { roster, ledger }: { readonly roster: Roster; readonly ledger: Ledger | undefined },
  say: Say,
): void {
  if (joins.length === 0) return;
  if (!roster.members.some((member) => member.role === role))
    say(['with', 'role'], `nobody on the roster is "${role}"; a change makes no new role`);
  for (const seat of joins) {
    if (memberOf(roster, seat)) say(['with', 'joins'], `"${seat}" is on the roster already`);
    if (ledger?.former?.some((one) => one.seat === seat))
      say(
        ['with', 'joins'],
        `"${seat}" left the roster in an earlier ceremony; a name that somebody had is nobody else's, nor theirs again`,
        'give the seat another id in the site',
      );
  }
}

/** Who stays with another token is on the roster in that role, with one; and does not leave. */
function holdRenewing({ renews, leaves, role }: PlannedChange, roster: Roster, say: Say): void {
  for (const seat of renews) {
    const member = memberOf(roster, seat);
    if (!member)
      say(['with', 'renews'], `"${seat}" is not on the roster, and has no token there that another one could replace`);
    else if (member.role !== role)
      say(['with', 'role'], `"${seat}" is "${member.role}" on the roster, and would be enrolled anew as "${role}"`);
    else if (member.evidence !== 'token')
      say(
        ['with', 'renews'],
        `"${seat}" signs on paper by the roster, and has no token that another one could replace`,
      );
    if (leaves.includes(seat)) say(['with', 'leaves'], `"${seat}" leaves, and would be enrolled anew`);
  }
}

/** Each class keeps its number: enough must be left to reach it. */
function holdNumbers({ leaves, joins, role }: PlannedChange, roster: Roster, say: Say): void {
  const judged = new Set<string>();
  for (const [name, rule] of roster.classes) {
    const stay = roster.members.filter(
      (member) => member.role === rule.role && member.evidence === 'token' && !leaves.includes(member.seat),
    ).length;
    const able = stay + (rule.role === role ? joins.length : 0);
    if (able >= rule.need || judged.has(rule.role)) continue;
    judged.add(rule.role);
    say(['with', 'leaves'], `class "${name}" needs ${rule.need} of role "${rule.role}", and ${able} would be left`);
  }
}

/** Everybody on the roster that is to be signs it with their token, and enough of the others on the one in force approve it. */
function holdSigners(plan: Plan, { leaves, renews }: PlannedChange, roster: Roster, say: Say): void {
  const here = new Set(Object.values(plan.seats).flat());
  const absent = roster.members.filter(
    ({ seat, evidence }) => evidence === 'token' && !leaves.includes(seat) && !here.has(seat),
  );
  if (absent.length > 0)
    say(
      ['step'],
      `${absent.map(({ seat }) => `"${seat}"`).join(', ')} stay on the roster and are not here to sign it: everybody with a token does`,
    );
  const rule = roster.classes.get('administer');
  const approve = roster.members.filter(
    ({ seat, role, evidence }) =>
      role === rule?.role && evidence === 'token' && here.has(seat) && !renews.includes(seat),
  );
  if (rule && approve.length < rule.need)
    say(
      ['step'],
      `${rule.need} of role "${rule.role}" approve a change of the roster, as it is in force; ${approve.length} of them are here`,
    );
}
