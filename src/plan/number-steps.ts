import type { JsonObject } from '../base/canonical-json.ts';
import { durationMs } from '../base/dates.ts';
import { judge } from '../script/judge.ts';
import type { Positions } from '../script/positions.ts';
import type { Problem } from '../script/problem.ts';
import { type Script, type ScriptStep, sayIn } from '../script/script.ts';
import type { PlanHead, PlannedAct, PlannedStep } from './plan.ts';
import type { PlanReporter } from './reporter.ts';
import type { StepType } from './step-type.ts';

export interface Numbered {
  /** What the program runs. */
  readonly acts: readonly PlannedAct[];
  readonly paper: readonly PlannedAct[];
  /** Path of each planned step in the script, by key. */
  readonly paths: ReadonlyMap<string, readonly (string | number)[]>;
  readonly problems: readonly Problem[];
}

/**
 * Expands the script's steps: numbered through all acts, `each` once per person and what is about several
 * HSMs once for each (7.1, 7.2 …), people and marking
 * filled in, parameters read by each step type's own schema.
 */
export function numberSteps(
  script: Script,
  positions: Positions,
  plan: PlanHead,
  stepTypes: ReadonlyMap<string, StepType>,
  reporter: PlanReporter,
): Numbered {
  const paths = new Map<string, readonly (string | number)[]>();
  const problems: Problem[] = [];
  let number = 0;
  const acts: PlannedAct[] = [];
  const paper: PlannedAct[] = [];
  for (const [actIndex, act] of script.acts.entries()) {
    const steps: PlannedStep[] = [];
    for (const [stepIndex, step] of act.steps.entries()) {
      number += 1;
      const path = ['acts', actIndex, 'steps', stepIndex];
      const type = stepTypes.get(step.step);
      // An unknown or unsupported step type is reported where the script is read.
      if (!type) continue;
      if (act.on === 'paper' && !type.onPaper)
        reporter.at(
          positions,
          [...path, 'step'],
          'PLAN_ORDER',
          `a step of type "${type.name}" cannot be done on paper`,
        );
      if (act.on === 'paper' && step.when)
        reporter.atKey(positions, [...path, 'when'], 'PLAN_CONDITION', 'what is done on paper hangs on nothing');
      if (step.fields && type.fields)
        reporter.atKey(
          positions,
          [...path, 'fields'],
          'PLAN_PARAMETER',
          `a step of type "${type.name}" asks for its own values`,
        );
      if (step.show !== undefined && !type.shows)
        reporter.atKey(positions, [...path, 'show'], 'PLAN_PARAMETER', 'not supported yet: show');
      const judged = judge(type.schema, step.with as JsonObject, positions, { path: [...path, 'with'] });
      problems.push(...judged.problems);
      if (judged.value === undefined) continue;
      const params = type.mark ? type.mark(judged.value, plan.marking) : judged.value;
      const rounds = type.rounds?.(params);
      if (rounds && step.each !== undefined)
        reporter.at(
          positions,
          [...path, 'each'],
          'PLAN_ORDER',
          `a step of type "${type.name}" is repeated for each HSM, not for each person`,
        );
      for (const [round, one] of repetitions(step, plan, number, rounds).entries()) {
        const token = rounds?.[round] ?? null;
        const planned: PlannedStep = {
          id: step.id,
          key: one.key,
          ...(token === null ? {} : { token }),
          number: one.number,
          type: step.step,
          act: actIndex,
          by: one.by,
          check: checkers(step, plan, one.by),
          // What is said is said once; of the rounds that follow, the program does the most.
          say: step.say === undefined || (rounds && round > 0) ? '' : sayIn(step.say, script),
          params,
          fields: (fieldsOf(type, judged.value, script) ?? step.fields ?? {}) as unknown as Readonly<
            Record<string, JsonObject>
          >,
          out: step.out ?? null,
          ...(step.show === undefined ? {} : { show: step.show }),
          makes: { ...(step.makes ?? {}) } as Record<string, string>,
          when: step.when ?? null,
          operation: type.operation?.(params, plan.tokens, token) ?? null,
        };
        steps.push(planned);
        paths.set(planned.key, path);
      }
    }
    const activation = act.activation
      ? { seconds: durationMs(act.activation.hold) / 1000, operations: act.activation.operations }
      : null;
    const planned = { index: actIndex, title: act.title, always: act.always ?? false, activation, steps };
    (act.on === 'paper' ? paper : acts).push(planned);
  }
  return { acts, paper, paths, problems };
}

function fieldsOf(
  type: StepType,
  params: JsonObject,
  script: Script,
): Readonly<Record<string, JsonObject>> | undefined {
  return typeof type.fields === 'function' ? type.fields(params, script) : type.fields;
}

function repetitions(
  step: ScriptStep,
  plan: PlanHead,
  number: number,
  rounds: readonly (string | null)[] | undefined,
): { key: string; number: string; by: readonly string[] }[] {
  const by = step.by === undefined ? [] : (plan.seats[step.by] ?? []);
  if (rounds)
    return rounds.map((token, index) => ({
      key: token === null ? step.id : `${step.id}@${token}`,
      number: `${number}.${index + 1}`,
      by,
    }));
  if (step.each === undefined) {
    return [{ key: step.id, number: String(number), by }];
  }
  const people = step.each === 'all' ? Object.values(plan.seats).flat() : (plan.seats[step.each] ?? []);
  return people.map((seat, index) => ({ key: `${step.id}@${seat}`, number: `${number}.${index + 1}`, by: [seat] }));
}

function checkers(step: ScriptStep, plan: PlanHead, by: readonly string[]): readonly string[] {
  if (step.check === undefined) return [];
  const all = Object.values(plan.seats).flat();
  const roles = step.check === 'all' ? undefined : [step.check].flat();
  const seats = roles ? roles.flatMap((role) => plan.seats[role] ?? []) : all;
  return seats.filter((seat) => !by.includes(seat));
}
