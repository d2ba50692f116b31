import type { Positions } from '../script/positions.ts';
import { holdReturn } from './adjournment.ts';
import { holdInputs } from './bind-inputs.ts';
import { holdClose, holdEnd, holdStart, holdTyped, holdUse, worldCustody } from './custody-rules.ts';
import { inputOf } from './inputs.ts';
import { holdDestroyed, holdKeyState } from './key-destroyed.ts';
import { holdObjectives } from './objectives.ts';
import type { Condition, Plan, PlanHead, PlannedAct, PlannedStep } from './plan.ts';
import type { PlanReporter } from './reporter.ts';
import { standing } from './standing-world.ts';
import type { SimulateContext, StepType } from './step-type.ts';
import { EMPTY_WORLD, openApprovals, type World, withEntry } from './world.ts';

/** More conditions than this would be simulated in more than 64 ways; a ceremony that forks so often is two scripts. */
const MOST_CONDITIONS = 6;

/** What has to have happened, once, before the first HSM operation: afterwards it would be too late to find out. */
const BEFORE_THE_HSM = ['check-clock', 'check-environment', 'roll-call'];

export interface Simulation {
  readonly plan: PlanHead;
  readonly acts: readonly PlannedAct[];
  readonly paper: readonly PlannedAct[];
  readonly bags: Plan['bags'];
  readonly paths: ReadonlyMap<string, readonly (string | number)[]>;
  readonly positions: Positions;
  readonly stepTypes: ReadonlyMap<string, StepType>;
  readonly window: readonly [string, string];
  readonly reporter: PlanReporter;
}

/**
 * Walks the whole script against a model of the world, every way its conditions allow, before anything is done.
 * @returns the world at the end of the longest way (every condition met)
 */
export function simulate(simulation: Simulation): World {
  const conditions = conditionsOf(simulation);
  let longest = EMPTY_WORLD;
  for (let ways = 0; ways < 2 ** conditions.length; ways++) {
    const way = new Map(conditions.map((decides, bit) => [decides, (ways >> bit) & 1 ? 'no' : 'yes']));
    const world = walk(simulation, way);
    if (world.done.size >= longest.done.size) longest = world;
  }
  return longest;
}

function conditionsOf({ plan, acts, reporter, positions, paths }: Simulation): string[] {
  const found = new Set<string>();
  for (const step of acts.flatMap((act) => act.steps)) {
    if (!step.when || found.has(decider(step.when))) continue;
    // Once there is a site, it says which inputs there are.
    if ('input' in step.when && inputOf(plan, step.when.input)?.given !== undefined) continue;
    if (found.size < MOST_CONDITIONS) found.add(decider(step.when));
    else
      reporter.at(
        positions,
        [...(paths.get(step.key) ?? []), 'when'],
        'PLAN_CONDITION',
        `more than ${MOST_CONDITIONS} answers and inputs decide what is done`,
      );
  }
  return [...found];
}

/** What decides on it, as the ways through a script are told apart: an input's name has no space. */
function decider(when: Condition): string {
  return 'input' in when ? `input ${when.input}` : when.answer;
}

/** @param way what decides → yes or no */
function walk(simulation: Simulation, way: ReadonlyMap<string, string>): World {
  let world: World = {
    ...EMPTY_WORLD,
    ...standing(simulation.plan),
    custody: worldCustody(simulation.plan),
  };
  const first = simulation.acts[0];
  for (const act of [...simulation.acts, ...simulation.paper].sort((one, other) => one.index - other.index)) {
    if (act === first) holdStart(world, simulation.plan, simulation.positions, simulation.reporter);
    let operations = 0;
    for (const step of act.steps) {
      if (step.when && !meets(simulation, step, step.when, world, way)) continue;
      if (step.operation) {
        operations += 1;
        holdOperation(simulation, act, step, world);
      }
      world = perform(simulation, step, world);
    }
    world = endAct(simulation, act, operations, world);
  }
  endScript(simulation, world, way);
  return world;
}

function meets(
  simulation: Simulation,
  step: PlannedStep,
  when: Condition,
  world: World,
  way: ReadonlyMap<string, string>,
): boolean {
  if ('input' in when) {
    const input = inputOf(simulation.plan, when.input);
    if (input?.optional) return input.given ?? way.get(decider(when)) === 'yes';
    report(simulation, step)(
      'PLAN_CONDITION',
      ['when', 'input'],
      `the condition asks whether the input "${when.input}" is given, and it always is`,
      'say "optional: true" of the input, or leave the condition out',
    );
    return true;
  }
  const { answer, is } = when;
  const asked = simulation.acts.flatMap((act) => act.steps).find((candidate) => candidate.id === answer);
  const why =
    asked?.params['answer'] !== 'yes-or-no'
      ? 'it asks no yes-or-no question'
      : asked.key !== asked.id
        ? 'it asks each of several people'
        : world.done.has(answer)
          ? undefined
          : 'it may be skipped';
  if (why !== undefined) {
    report(simulation, step)(
      'PLAN_CONDITION',
      ['when', 'answer'],
      `the condition asks for the answer of "${answer}", but ${why}`,
    );
    return false;
  }
  return way.get(answer) === is;
}

/** Rules that hold for every operation, whatever its step type. */
function holdOperation(simulation: Simulation, act: PlannedAct, step: PlannedStep, world: World): void {
  const say = report(simulation, step);
  const type = simulation.stepTypes.get(step.type);
  if (step.key !== step.id && step.token === undefined) {
    say(
      'PLAN_ORDER',
      ['each'],
      'an HSM operation cannot be repeated for each of several people',
      'write one step for each operation',
    );
    return;
  }
  for (const needed of BEFORE_THE_HSM) {
    // Said once, at the first operation: the others come after it.
    if (!world.ran.has(needed) && !world.operated)
      say(
        'PLAN_ORDER',
        ['step'],
        `no "${needed}" comes before this HSM operation`,
        `add a step of type "${needed}" to the opening`,
      );
  }
  if (simulation.plan.materials.length > 0 && !world.ran.has('check-materials') && !world.operated)
    say(
      'PLAN_ORDER',
      ['step'],
      'no "check-materials" comes before this HSM operation',
      'compare everything with the list first',
    );
  if (world.signedOff)
    say('PLAN_ORDER', ['step'], 'an HSM operation after the sign-off', 'the sign-off is the last word of the quorum');
  if (!type?.proposesItself && world.approved.get(step.id) === undefined) {
    say(
      'PLAN_APPROVAL',
      ['step'],
      `no proposal covers this HSM operation: no earlier "approve" step of the act lists "${step.id}"`,
    );
  }
  if (act.always) say('PLAN_ORDER', ['step'], 'an HSM operation in an act that is done on abort too');
  holdDestroyed(step, world, simulation.plan, say);
  holdKeyState(step, world, simulation.plan, say);
  const token = world.tokens.get(step.token ?? String(step.params['token']));
  if (token?.state === 'erased')
    say('PLAN_ORDER', ['step'], `"${token.name}" was erased before this: nothing more is done with it`);
}

interface Steps {
  readonly acts: readonly PlannedAct[];
  readonly all: readonly PlannedStep[];
  /** The first of each id. */
  readonly byId: ReadonlyMap<string, PlannedStep>;
}

const STEPS = new WeakMap<Simulation, Steps>();

/** Every step is performed with all of them at hand: listed once, since there may be thousands. */
function stepsIn(simulation: Simulation): Steps {
  const known = STEPS.get(simulation);
  if (known) return known;
  const acts = [...simulation.acts, ...simulation.paper];
  const all = acts.flatMap((act) => act.steps);
  const made = { acts, all, byId: new Map(all.toReversed().map((step) => [step.id, step])) };
  STEPS.set(simulation, made);
  return made;
}

function perform(simulation: Simulation, step: PlannedStep, world: World): World {
  const type = simulation.stepTypes.get(step.type) as StepType;
  const say = report(simulation, step);
  const { acts, all, byId } = stepsIn(simulation);
  const context: SimulateContext = {
    step,
    paper: simulation.paper,
    plan: simulation.plan,
    report: say,
    window: simulation.window,
    steps: all,
    find: (id) => byId.get(id),
    proposesItself: (one) => simulation.stepTypes.get(one.type)?.proposesItself ?? false,
    proposalNeeds: (one) => simulation.stepTypes.get(one.type)?.proposalNeeds?.(one.params) ?? [],
    act: acts.find((act) => act.index === step.act) as PlannedAct,
  };
  const onPaper = simulation.paper.includes(context.act);
  holdUse(step, type, world, simulation.plan, say);
  if (!onPaper) holdTyped(step, world, simulation, say);
  if (step.type === CLOSES) {
    const path = [...(simulation.paths.get(step.key) ?? []), 'step'];
    holdClose(world, simulation.plan, (text, hint) =>
      simulation.reporter.at(simulation.positions, path, 'PLAN_CUSTODY', text, hint, 'warning'),
    );
  }
  if (world.closed && !onPaper) say('PLAN_ORDER', ['step'], 'a step after the ceremony is closed');
  holdParts(say, type, step);
  let after = type.simulate(step.params, onPaper ? world : holdReturn(step, world, say), context);
  if (step.out !== null) {
    const writer = world.files.get(step.out);
    if (writer !== undefined) say('PLAN_FILE', ['out'], `the file "${step.out}" is written by "${writer}" already`);
    after = { ...after, files: withEntry(after.files, step.out, step.id) };
  }
  return {
    ...after,
    states: activated(after, world, step),
    done: withEntry(after.done, step.id, true),
    moved: movedBy(after, world),
    operated: after.operated || step.operation !== null,
    ran: withEntry(after.ran, step.type, (after.ran.get(step.type) ?? 0) + 1),
  };
}

/** A key is in use from its first certificate on (SP 800-57 part 1 rev. 5 §7.2). */
function activated(after: World, before: World, step: PlannedStep): World['states'] {
  if (after.certificates === before.certificates) return after.states;
  let states = after.states;
  for (const { name, key } of after.certificates.values()) {
    if (key === null || before.certificates.has(name) || states.get(key)?.state !== 'pre-activation') continue;
    states = withEntry(states, key, { state: 'active' as const, by: step.id });
  }
  return states;
}

/** Type of the step that ends the record. */
const CLOSES = 'close';

/** Things that are elsewhere after a step than before it, and those that were before. */
function movedBy(after: World, before: World): ReadonlySet<string> {
  if (after.custody === before.custody) return before.moved;
  const now = [...after.custody].filter(([unit, { state }]) => before.custody.get(unit)?.state !== state);
  return new Set([...before.moved, ...now.map(([unit]) => unit)]);
}

/** What a step names and its type does not use would be promised and never come. */
function holdParts(say: SimulateContext['report'], type: StepType, step: PlannedStep): void {
  for (const kind of Object.keys(step.makes)) {
    if (kind !== type.makes)
      say('PLAN_NAME', ['makes', kind], `a step of type "${type.name}" makes no ${kind === 'crl' ? 'CRL' : kind}`);
  }
  if (step.out !== null && !type.writesOut)
    say('PLAN_FILE', ['out'], `a step of type "${type.name}" writes no file of its own`);
  if (Object.keys(step.fields).length > 0 && !type.recordsFields && !type.fields)
    say(
      'PLAN_PARAMETER',
      ['fields'],
      `a step of type "${type.name}" asks for no values`,
      'use a step of type "record"',
    );
}

function endAct(simulation: Simulation, act: PlannedAct, operations: number, world: World): World {
  const { reporter, positions } = simulation;
  const path = ['acts', act.index];
  for (const token of world.tokens.values()) {
    if (token.active) {
      reporter.atKey(
        positions,
        [...path, 'activation'],
        'PLAN_ACTIVATION',
        `the act "${act.title}" leaves the HSM "${token.name}" active`,
        'end it with a "deactivate" step',
      );
    }
  }
  for (const [id, by] of openApprovals(world)) {
    const step = act.steps.find((one) => one.id === id);
    if (step)
      report(simulation, step)(
        'PLAN_APPROVAL',
        ['step'],
        `"${by}" has this operation approved, and it may not follow: a condition skips it, or it stands before`,
      );
  }
  if (act.activation && operations > act.activation.operations) {
    reporter.at(
      positions,
      [...path, 'activation', 'operations'],
      'PLAN_ACTIVATION',
      `the activation allows ${act.activation.operations} operations, the act has ${operations}`,
    );
  }
  const tokens = new Map([...world.tokens].map(([name, token]) => [name, { ...token, active: false }]));
  return { ...world, tokens };
}

function endScript(simulation: Simulation, world: World, way: ReadonlyMap<string, string>): void {
  const { reporter, positions, plan, acts, paper, bags } = simulation;
  holdEnd(world, { ...plan, bags }, positions, reporter);
  const isGiven = (input: string) => inputOf(plan, input)?.given ?? way.get(`input ${input}`) !== 'no';
  holdInputs(world, plan, isGiven, positions, reporter);
  holdObjectives({ ...plan, acts, paper, bags }, world, positions, reporter);
  const say = (code: Parameters<PlanReporter['at']>[2], text: string, hint?: string) =>
    reporter.atKey(positions, ['acts'], code, text, hint);
  if (!world.closed)
    say('PLAN_ORDER', 'the script has no "close" step', 'end the last act with one: it seals the transcript');
  if (world.keys.size > 0 && !world.signedOff)
    say('PLAN_ORDER', 'the script makes keys or uses them, and has no "sign-off" step');
  const issuers = new Set([...world.certificates.values()].map(({ issuer }) => issuer));
  const withCrl = new Set([...world.crls.values()].map(({ issuer }) => issuer));
  for (const certificate of world.certificates.values()) {
    // One that is issued again has the key of the one before it, whose CRL serves for both.
    if (certificate.step === null || certificate.changes !== undefined) continue;
    // TLS BR §4.9.7: a CRL within 24 hours of the CA's first certificate. A root's first is its own; a CA below it has
    // none as long as it signs nothing, and one of an earlier ceremony had its CRL then.
    const signs = certificate.issuer === null || issuers.has(certificate.name);
    if (signs && !withCrl.has(certificate.name)) {
      const path = [...(simulation.paths.get(certificate.step) ?? []), 'makes', 'certificate'];
      reporter.at(
        positions,
        path,
        'PLAN_ORDER',
        `the certificate "${certificate.name}" gets no CRL in this ceremony (TLS BR §4.9.7 wants one within 24 hours)`,
        'add an "issue-crl" step with "first: true"',
      );
    }
  }
  const certified = new Set([...world.certificates.values()].map(({ key }) => key));
  for (const key of world.keys.values()) {
    if (key.step === null) continue;
    if (key.wrappable)
      reporter.at(
        positions,
        [...(simulation.paths.get(key.step) ?? []), 'with', 'wrappable'],
        'PLAN_PARAMETER',
        `the key "${key.name}" may leave its HSM wrapped: it is never NEVER_EXTRACTABLE, and the report says so`,
        'for a key that no HSM lets out, leave "wrappable" away, and copy it with the tools of its HSM',
        'warning',
      );
    if (!certified.has(key.name)) {
      const path = [...(simulation.paths.get(key.step) ?? []), 'makes', 'key'];
      reporter.at(
        positions,
        path,
        'PLAN_NAME',
        `the key "${key.name}" gets no certificate in this ceremony`,
        'a key without one must be disclosed as parked',
        'warning',
      );
    }
  }
}

function report({ reporter, positions, paths }: Simulation, step: PlannedStep): SimulateContext['report'] {
  const base = paths.get(step.key) ?? [];
  return (code, path, text, hint) => reporter.at(positions, [...base, ...path], code, text, hint);
}
