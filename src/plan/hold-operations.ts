import type { OperationClass } from '../quorum/classes.ts';
import { CLASS_OF } from '../quorum/operation.ts';
import { memberOf, type Roster, shareThresholds } from '../quorum/roster.ts';
import type { Positions } from '../script/positions.ts';
import { type Plan, type PlannedStep, stepsOf } from './plan.ts';
import type { PlanReporter } from './reporter.ts';
import { seatsWhen } from './roster-change.ts';

type Say = (code: 'PLAN_PEOPLE' | 'PLAN_ROSTER', path: readonly string[], text: string, hint?: string) => void;

/**
 * Holds every step that needs quorum tokens to the roster, so that a missing rule, a missing person or a person
 * without a token is found at a desk and not when the HSM is waiting.
 */
export function holdOperations(
  plan: Plan,
  paths: ReadonlyMap<string, readonly (string | number)[]>,
  positions: Positions,
  roster: Roster,
  reporter: PlanReporter,
): void {
  const judged = new Set<OperationClass>();
  for (const step of stepsOf(plan)) {
    const say: Say = (code, path, text, hint) =>
      reporter.at(positions, [...(paths.get(step.key) ?? []), ...path], code, text, hint);
    if (step.operation) {
      const name = CLASS_OF[step.operation];
      // Once for each class: the same people would be missing at every step of it.
      if (!judged.has(name)) holdClass(plan, roster, name, say);
      judged.add(name);
      if (step.operation === 'prepare-token' || step.operation === 'rotate-activation')
        holdCustodians(plan, step, roster, 'administer', say);
      if (step.operation === 'wrap-key') {
        holdCustodians(plan, step, roster, 'backup', say);
        holdRestorers(roster, say);
      }
    }
    if (step.type === 'approve') holdBatch(plan, step, roster, say);
    if (step.type === 'roll-call') holdRollCall(step, roster, say);
  }
}

function holdClass(plan: Plan, roster: Roster, name: OperationClass, say: Say): void {
  const rule = roster.classes.get(name);
  if (!rule) {
    say('PLAN_ROSTER', ['step'], `the roster has no rule for class "${name}", which this operation needs`);
    return;
  }
  const able = Object.values(plan.seats)
    .flat()
    .filter((seat) => {
      const member = memberOf(roster, seat);
      return member?.role === rule.role && member.evidence === 'token';
    });
  // Where a class needs fewer people than shares open the token, that many must come all the same.
  const need = Math.max(rule.need, shareThresholds(roster).userThreshold);
  if (able.length < need) {
    say(
      'PLAN_PEOPLE',
      ['step'],
      `class "${name}" needs ${need} of role "${rule.role}" with a token; ${able.length} are present`,
    );
  }
}

/** Whoever holds the shares of a wrapping key opens them to restore the key. */
function holdRestorers(roster: Roster, say: Say): void {
  const [backup, restore] = [roster.classes.get('backup')?.role, roster.classes.get('restore')?.role];
  if (backup !== restore)
    say(
      'PLAN_ROSTER',
      ['step'],
      `the roster has "${backup}" approve class "backup" and ${restore === undefined ? 'nobody' : `"${restore}"`} class "restore"; who holds the shares approves both`,
    );
}

function holdCustodians(plan: Plan, step: PlannedStep, roster: Roster, name: OperationClass, say: Say): void {
  const role = roster.classes.get(name)?.role;
  if (role === undefined) return;
  if (step.params['holders'] !== role) {
    say(
      'PLAN_ROSTER',
      ['with', 'holders'],
      `shares are held by those who may approve class "${name}": the role "${role}"`,
    );
  }
  const without = seatsWhen(plan, step, String(step.params['holders'])).filter(
    (seat) => memberOf(roster, seat)?.evidence === 'paper',
  );
  if (without.length > 0) {
    say('PLAN_ROSTER', ['with', 'holders'], `a share is sealed to a token, and ${without.join(', ')} have none`);
  }
}

/** One presentation of a token covers a batch, so one role must be able to approve all of it. */
function holdBatch(plan: Plan, step: PlannedStep, roster: Roster, say: Say): void {
  const ids = step.params['operations'] as readonly string[];
  const operations = stepsOf(plan).flatMap((one) => (ids.includes(one.id) && one.operation ? [one.operation] : []));
  const roles = new Set(operations.flatMap((operation) => roster.classes.get(CLASS_OF[operation])?.role ?? []));
  if (roles.size > 1) {
    say(
      'PLAN_ROSTER',
      ['with', 'operations'],
      `these operations are approved by different roles: ${[...roles].join(', ')}`,
      'write an "approve" step for each role',
    );
  }
}

function holdRollCall(step: PlannedStep, roster: Roster, say: Say): void {
  for (const seat of step.by) {
    if (memberOf(roster, seat)?.evidence === 'paper')
      say('PLAN_ROSTER', ['step'], `"${seat}" has no token to answer a roll-call with`);
  }
}
