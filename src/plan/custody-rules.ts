import { CUSTODY_STEPS, custodyAtFirst, TRANSCRIBES } from '../ledger/custody.ts';
import type { Positions } from '../script/positions.ts';
import { inputOf, READS_INPUT } from './inputs.ts';
import { certificateAtHand, issuerNamed, keyAtHand } from './known.ts';
import { APPROVES, type Plan, type PlannedStep } from './plan.ts';
import type { PlanReporter } from './reporter.ts';
import { secondScreenMedium } from './second-screen.ts';
import type { Report, StepType } from './step-type.ts';
import type { World, WorldCustody } from './world.ts';

type Room = Pick<Plan, 'materials' | 'inputs' | 'uses'>;

/** Types of steps in which the people who do it present their own token. */
const PRESENTS: readonly string[] = ['roll-call', 'attest', 'sign-off', 'enrol', 'make-roster'];

/** Where everything is when people come in. */
export function worldCustody(room: Room): ReadonlyMap<string, WorldCustody> {
  return new Map([...custodyAtFirst(room)].map(([unit, { state }]) => [unit, { state, always: false }]));
}

/** Nothing is used while it is sealed, or after it was put away. */
export function holdUse(
  step: PlannedStep,
  type: Pick<StepType, 'proposesItself'>,
  world: World,
  room: Room,
  report: Report,
): void {
  // As many officers as the quorum needs present their tokens.
  const gathers = step.type === APPROVES || (type.proposesItself === true && step.operation !== null);
  for (const [unit, what] of usedBy(step, gathers, world, room)) {
    const state = world.custody.get(unit)?.state;
    if (state === undefined || state === 'open') continue;
    const why = { sealed: 'is sealed', 'handed-over': 'was handed over', destroyed: 'was destroyed' }[state];
    report('PLAN_CUSTODY', ['step'], `${what}, and "${unit}" ${why} here`, hintFor(state, unit));
  }
}

function hintFor(state: WorldCustody['state'], unit: string): string {
  const item = unit.replace(/[.@].*$/, '');
  return state === 'sealed' ? `an "unseal" step of "${item}" comes before it` : `put "${item}" away after this step`;
}

/** Things that a step needs in the room → what for. */
function usedBy(step: PlannedStep, gathers: boolean, world: World, room: Room): Map<string, string> {
  const { materials } = room;
  const used = new Map<string, string>();
  const tokens = tokensOf(step, world, room);
  for (const { kind, name, holds, token, units } of materials) {
    for (const { unit, seat } of units) {
      if (kind === 'hsm' && token !== null && tokens.has(token)) used.set(unit, `the HSM "${token}" is used`);
      if (kind === 'medium' && (step.params['item'] === name || step.params['envelopes'] === name) && writes(step))
        used.set(unit, `the medium "${name}" is written`);
      if (holds === 'system-image' && step.type === 'compare' && step.params['value'] === 'system-image')
        used.set(unit, `the image on "${name}" is hashed`);
      if (kind === 'medium' && readsFrom(step, room) === name) used.set(unit, `the medium "${name}" is read`);
      if (kind === 'medium' && step.params['medium'] === name) used.set(unit, `the medium "${name}" is read`);
      if (kind === 'medium' && secondScreenMedium(room, step.params) === name)
        used.set(unit, `the medium "${name}" goes to the second screen`);
      if (kind === 'paper-share' && step.params['paper'] === name) used.set(unit, `the pages of "${name}" are printed`);
      if (kind !== 'quorum-token' || seat === null) continue;
      if (PRESENTS.includes(step.type) && step.by.includes(seat)) used.set(unit, `"${seat}" presents a token`);
      // Who will come is not known: the tokens of all who may be asked lie open.
      if (gathers) used.set(unit, 'the quorum presents its tokens');
    }
  }
  return used;
}

/** The medium from which a step takes what comes in. */
function readsFrom(step: PlannedStep, room: Room): string | undefined {
  return step.type === READS_INPUT ? inputOf(room, step.params['input'])?.on : undefined;
}

function writes(step: PlannedStep): boolean {
  return step.type === 'write-media' || step.params['envelopes'] !== undefined;
}

function tokensOf({ params, token }: PlannedStep, world: World, plan: Room): ReadonlySet<string> {
  if (token !== undefined) return new Set([token]);
  const key = (name: unknown) => keyAtHand(world, String(name))?.token;
  const named = [params['token'], ...(Array.isArray(params['tokens']) ? params['tokens'] : [])];
  const byKey = [key(params['key']), key(certificateAtHand(plan, world, issuerNamed(params) ?? '')?.key)];
  return new Set([...named, ...byKey].flatMap((one) => (typeof one === 'string' ? [one] : [])));
}

/** What was done on paper with things is in the record before anything else is done with them. */
export function holdTyped(
  step: PlannedStep,
  world: World,
  { acts, paper }: Pick<Plan, 'acts' | 'paper'>,
  report: Report,
): void {
  const handles = CUSTODY_STEPS[step.type] !== undefined || step.type === 'check-materials' || step.operation !== null;
  if (!handles) return;
  const untyped = paper.find(({ index, title }) => index < step.act && !world.transcribed.has(title));
  const later = acts
    .flatMap((act) => act.steps)
    .find((one) => one.type === TRANSCRIBES && one.params['act'] === untyped?.title);
  if (untyped && later)
    report(
      'PLAN_ORDER',
      ['step'],
      `what was done on paper in "${untyped.title}" is typed only in "${later.id}", after this`,
      'type it before anything else is done',
    );
}

/**
 * The close wants every token holder's signature once more, and writes the sealed pack beside the provisional one: what was
 * put away before would be taken out again off the record.
 */
export function holdClose(world: World, room: Room, report: (text: string, hint: string) => void): void {
  const wanted = room.materials.filter(({ kind, holds }) => kind === 'quorum-token' || holds === 'pack');
  const away = wanted.flatMap(({ name, units }) =>
    units.some(({ unit }) => world.moved.has(unit) && world.custody.get(unit)?.state !== 'open') ? [`"${name}"`] : [],
  );
  if (away.length === 0) return;
  report(
    `the manifest is signed and the pack written when the ceremony is closed, and ${away.join(', ')} was put away before`,
    'put it away on paper, after the program ends, and add the numbers as evidence of kind "seals"',
  );
}

/** What the program runs on and from is there when it starts. */
export function holdStart(world: World, room: Room, positions: Positions, reporter: PlanReporter): void {
  for (const { kind, holds, name, units } of room.materials) {
    if (kind !== 'computer' && holds !== 'system-image') continue;
    if (units.every(({ unit }) => world.custody.get(unit)?.state !== 'sealed')) continue;
    const text = `"${name}" is still sealed when the program starts`;
    const hint = `an "unseal" step of it belongs to an act "on: paper" before`;
    reporter.atKey(positions, ['materials', name], 'PLAN_CUSTODY', text, hint);
  }
}

/** Everything that was opened is put away, and also where the ceremony is aborted. */
export function holdEnd(
  world: World,
  plan: Room & Pick<Plan, 'bags'>,
  positions: Positions,
  reporter: PlanReporter,
): void {
  for (const { name, units } of plan.materials) {
    const states = units.map(({ unit }) => ({ unit, ...(world.custody.get(unit) as WorldCustody) }));
    const left = states.filter(({ state }) => state === 'open').map(({ unit }) => `"${unit}"`);
    const path = ['materials', name];
    if (left.length > 0) {
      const text = `${left.join(', ')} lies open when everybody leaves`;
      reporter.atKey(
        positions,
        path,
        'PLAN_CUSTODY',
        text,
        'a "seal", "hand-over" or "destroy-material" step puts it away',
      );
      continue;
    }
    const wasMoved = (unit: string) => world.moved.has(unit);
    const notAlways = states.filter(({ unit, always }) => wasMoved(unit) && !always).map(({ unit }) => `"${unit}"`);
    if (notAlways.length > 0) {
      const text = `${notAlways.join(', ')} is put away only where nothing goes wrong`;
      reporter.atKey(positions, path, 'PLAN_CUSTODY', text, 'put it away in an act with "always: true"');
    }
  }
  if (plan.bags.needed > 0 && plan.bags.spare === 0) {
    const text = `${plan.bags.needed} things are sealed here, and the script has no bag to spare`;
    reporter.atKey(positions, ['acts'], 'PLAN_CUSTODY', text, 'bags: { kind: bag, spare: 4 } among the materials');
  }
}
