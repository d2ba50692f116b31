import { escapeForeign } from '../base/text.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { lastLoss, lossOf, unknownThing } from '../ledger/losses.ts';
import type { Losable, LossState, RecordLoss } from '../quorum/loss.ts';
import { memberOf, type Roster } from '../quorum/roster.ts';
import { serialShown } from '../quorum/serial.ts';
import type { Path, Positions } from '../script/positions.ts';
import { type Plan, type PlannedStep, stepsOf } from './plan.ts';
import type { PlanReporter } from './reporter.ts';
import { changeOf, seatsWhen } from './roster-change.ts';

/*
 * Things that the quorum declares to be lost, or found again, held to the ledger of the pack before. Pure; used while planning,
 * while running and when verifying.
 */

/** Type of the step that has it declared. */
export const RECORDS_LOSS = 'record-loss';

/** What such a step says. */
export interface LossParams {
  /** HSM of this ceremony at which it is declared; of one that is found, that one. */
  readonly token: string;
  readonly kind: Losable;
  /** Of an HSM its name or serial in the ledger; of a quorum token the seat; else what the custody register calls it. */
  readonly thing: string;
  /** Of a quorum token, where its seat has several. */
  readonly serial?: string;
  readonly state: LossState;
  readonly since: string;
  readonly exposed: boolean;
  readonly how: string;
  readonly circumstances: string;
}

/** The thing as a descriptor names it; or why there is none of that name, in words. */
export function thingNamed(
  { kind, thing, serial }: Pick<LossParams, 'kind' | 'thing' | 'serial'>,
  ledger: Ledger,
  roster: Pick<Roster, 'members'>,
): Pick<RecordLoss, 'thing' | 'holder'> | string {
  if (kind === 'hsm') {
    const found = ledger.tokens.filter((one) => one.name === thing || one.serial === thing);
    const [only] = found;
    if (found.length > 1)
      return `the ledger has ${found.length} HSMs "${thing}", with the serials ${found.map((one) => one.serial).join(', ')}: say which by its serial`;
    return only
      ? { thing: only.serial }
      : `the ledger has no HSM "${thing}", but ${ledger.tokens.map((one) => `"${one.name}" (${one.serial})`).join(', ') || 'none'}`;
  }
  if (kind !== 'quorum-token') return unknownThing(kind, thing, ledger) ?? { thing };
  const member = memberOf(roster as Roster, thing);
  if (!member) return `"${thing}" is no seat of the roster; a quorum token is named by whose it is`;
  const tokens = member.tokens.filter((token) => serial === undefined || token.serial === serial);
  const [only] = tokens;
  if (!only || tokens.length > 1)
    return `"${thing}" has ${tokens.length} quorum tokens ${serial === undefined ? '' : `with the serial "${serial}" `}on the roster: ${member.tokens.map((token) => serialShown(token.serial)).join(', ') || 'none'}; say which: serial`;
  return { thing: only.signingSpki, holder: { seat: thing, key: only.encryptionSpki } };
}

/**
 * Holds declarations to the ledger, and what comes into the room to what is lost: a thing that is lost and here after all was
 * found, and somebody declares that first.
 * @param paths of the steps in the script
 */
export function holdLosses(
  plan: Plan,
  paths: ReadonlyMap<string, Path>,
  positions: Positions,
  { ledger, roster }: { readonly ledger: Ledger; readonly roster: Roster | undefined },
  reporter: PlanReporter,
): void {
  const steps = stepsOf(plan);
  const found = new Map<string, number>();
  const declared = new Map<string, Declared>();
  const isLost: IsLost = (token) =>
    (declared.get(`quorum-token ${token}`) ?? lastLoss(ledger, 'quorum-token', token))?.state === 'lost';
  for (const [index, step] of steps.entries()) {
    if (roster)
      holdHolders(plan, step, roster, isLost, (text, hint) => {
        const path = [...(paths.get(step.key) ?? []), 'with', 'holders'];
        reporter.at(positions, path, 'PLAN_PEOPLE', escapeForeign(text), hint);
      });
    if (step.type !== RECORDS_LOSS) continue;
    const params = step.params as unknown as LossParams;
    const say = (path: Path, text: string, hint?: string) =>
      reporter.at(positions, [...(paths.get(step.key) ?? []), 'with', ...path], 'PLAN_NAME', escapeForeign(text), hint);
    if (params.kind === 'quorum-token' && !roster) continue;
    const named = thingNamed(params, ledger, roster ?? { members: [] });
    if (typeof named === 'string') {
      say(['thing'], named);
      continue;
    }
    const id = `${params.kind} ${named.thing}`;
    holdState(params, declared.get(id) ?? lastLoss(ledger, params.kind, named.thing), say);
    declared.set(id, params);
    holdPlace(plan, params, named.thing, say);
    if (params.state === 'found') found.set(id, index);
  }
  holdHere(plan, steps, found, { ledger, positions, paths }, reporter);
}

type IsLost = (signingSpki: string) => boolean;

/** A share is sealed to all tokens that its holder has by the roster; whoever gets another one here has that by then. */
function holdHolders(
  plan: Plan,
  step: PlannedStep,
  roster: Roster,
  isLost: IsLost,
  say: (text: string, hint: string) => void,
): void {
  const { holders } = step.params;
  if (typeof holders !== 'string') return;
  const renews = changeOf(plan)?.renews ?? [];
  const lost = seatsWhen(plan, step, holders).filter(
    (seat) => !renews.includes(seat) && memberOf(roster, seat)?.tokens.some(({ signingSpki }) => isLost(signingSpki)),
  );
  if (lost.length > 0)
    say(
      `no share is sealed to a token that is lost, and one of ${lost.join(', ')} is by then`,
      'have the token replaced first ("change-roster", renews), or seat others',
    );
}

/** The last that was declared of a thing: by the ledger, or by an earlier step. */
type Declared = Pick<LossParams, 'state' | 'exposed' | 'since'>;

type Say = (path: Path, text: string, hint?: string) => void;

function holdState({ kind, thing, state, exposed }: LossParams, last: Declared | undefined, say: Say): void {
  if (state === 'found' && last?.state !== 'lost')
    say(['state'], `the ${kind} "${thing}" is not lost here: nothing is found that nobody missed`);
  if (state === 'lost' && last?.state === 'lost' && last.exposed === exposed)
    say(
      ['state'],
      `the ${kind} "${thing}" is lost here already, since ${last.since}`,
      'it is declared again where it has become known, or ruled out, that somebody has it: "exposed" is another then',
    );
}

/** What is lost is not in the room; an HSM that is found is, and is the one at which it is declared. */
function holdPlace({ tokens, materials }: Plan, params: LossParams, known: string, say: Say): void {
  const { kind, thing, state, token } = params;
  const hsm = tokens.find((one) => one.serial === known);
  if (kind === 'hsm' && state === 'found') {
    if (hsm?.name !== token)
      say(
        ['token'],
        `the HSM "${thing}" is said to be found, and "${token}" is not that one: it has the serial ${tokens.find(({ name }) => name === token)?.serial ?? '(none)'}, that one ${known}`,
        'bring it, and bind it by its serial: the guard looks whether it is there',
      );
    return;
  }
  if (state === 'found') return;
  if (kind === 'hsm' && hsm) say(['thing'], `the HSM "${thing}" is in this ceremony, as "${hsm.name}": it is not lost`);
  if (kind === 'medium' || kind === 'paper-share') {
    const brought = materials.find((one) => one.arrives !== 'blank' && one.units.some(({ unit }) => unit === known));
    if (brought) say(['thing'], `the script brings "${thing}", as "${brought.name}": it is not lost`);
  }
}

function holdHere(
  { tokens, materials }: Plan,
  steps: readonly PlannedStep[],
  found: ReadonlyMap<string, number>,
  {
    ledger,
    positions,
    paths,
  }: { readonly ledger: Ledger; readonly positions: Positions; readonly paths: ReadonlyMap<string, Path> },
  reporter: PlanReporter,
): void {
  const hint = `declare that it is found, in a "${RECORDS_LOSS}" step`;
  for (const { name, serial } of tokens) {
    const loss = serial === null ? undefined : lossOf(ledger, 'hsm', serial);
    if (!loss) continue;
    const declared = found.get(`hsm ${serial}`);
    const text = `the HSM "${name}" with serial ${escapeForeign(serial ?? '')} is lost since ${loss.since}, by the ledger of the previous pack`;
    if (declared === undefined) {
      reporter.at(positions, ['tokens', name], 'PLAN_TOKEN', text, hint);
      continue;
    }
    const before = steps.slice(0, declared).find((step) => step.operation !== null && step.params['token'] === name);
    if (before)
      reporter.at(
        positions,
        [...(paths.get(before.key) ?? []), 'step'],
        'PLAN_ORDER',
        `${text}, and "${before.id}" uses it before that is declared otherwise`,
        hint,
      );
  }
  for (const { name, kind, arrives, units } of materials) {
    if (arrives === 'blank' || (kind !== 'medium' && kind !== 'paper-share')) continue;
    for (const { unit } of units) {
      const loss = lossOf(ledger, kind, unit);
      if (loss && !found.has(`${kind} ${unit}`))
        reporter.at(
          positions,
          ['materials', name],
          'PLAN_CUSTODY',
          `"${unit}" is lost since ${loss.since}, by the ledger of the previous pack, and the script brings it`,
          hint,
        );
    }
  }
}
