import type { JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import { keysOn } from '../plan/key-places.ts';
import type { Plan, PlannedStep, PlannedToken } from '../plan/plan.ts';
import type { RunContext, Running, StepEvidence } from '../plan/step-type.ts';
import { type HsmActivation, presentedBy } from '../quorum/activation.ts';
import type { Operation } from '../quorum/operation.ts';
import type { Event } from '../transcript/event.ts';
import { commonAsPlanned, unplanned } from './as-planned.ts';
import { inventoryFaults, surplusOf } from './inventory.ts';
import { objectIn, observationIn } from './recorded-facts.ts';

/*
 * A token whose PINs are not made here: its own tools initialised it, and its own people log in to it. The ceremony
 * changes nothing of that. It reads what the token says of itself, has its people log in once, and lists all that is
 * on it.
 */

/** The token as the site binds it, where its PINs are not made here; undefined for shares, and for a token that is not bound. */
export function preparedElsewhere(
  tokens: readonly PlannedToken[],
  name: string,
): (PlannedToken & { readonly activation: HsmActivation }) | undefined {
  const token = tokens.find((one) => one.name === name);
  return token?.activation ? { ...token, activation: token.activation } : undefined;
}

type Elsewhere = NonNullable<ReturnType<typeof preparedElsewhere>>;

export function describeElsewhere({ name, label, activation }: Elsewhere): string[] {
  return [
    `"${name}" was initialised with its own tools, under the label "${label}": nothing of that is changed.`,
    `What it says of itself is read, its people log in once, and nothing may be on it.`,
    `It is unlocked by ${presentedBy(activation)}.`,
  ];
}

export async function* checkElsewhere(
  token: Elsewhere,
  step: PlannedStep,
  { guard, operations, ceremony }: RunContext<'guard' | 'operations'>,
): Running {
  const { plan } = ceremony;
  if (!operations.isDone(step)) {
    const facts = await guard.inspect(token.name);
    yield { type: 'observation', step: step.key, subject: 'token', facts };
    const faults = tokenFaults(token, objectIn(facts['token']));
    if (faults.length > 0) {
      throw new CeremonyError('TOKEN_UNEXPECTED', `"${token.name}" ${faults.join('; it ')}`, {
        hint: 'no login was tried; put it right with its own tools, then do the step again',
      });
    }
    yield* operations.put(step, () => ({
      operation: lookAsPlanned(plan, ceremony.events(), step, token.name),
      payload: null,
      lint: [],
    }));
    yield* operations.collectQuorum([step]);
  }
  const { facts } = yield* operations.execute(step);
  const surplus = surplusOf(facts, keysOn(plan, ceremony.events(), token.name));
  if (surplus.length > 0) {
    throw new CeremonyError(
      'TOKEN_UNEXPECTED',
      `"${token.name}" holds objects that this ceremony did not make: ${surplus.join(', ')}`,
      { hint: 'a key or secret that nobody accounts for: do not use this token' },
    );
  }
}

/** What is wrong with the step's record. */
export function elsewhereFaults(
  token: Elsewhere,
  step: PlannedStep,
  own: readonly Event[],
  { plan, events }: Pick<StepEvidence, 'plan' | 'events'>,
): string[] {
  const differences = unplanned(step, own, events, (_proposed, before) =>
    lookAsPlanned(plan, before, step, token.name),
  );
  // What was looked at before an interruption was looked at: the operation stands there too.
  const seen =
    observationIn(own, 'token') ??
    observationIn(
      events.filter((event) => 'step' in event && event.step === step.key),
      'token',
    );
  const faults = seen ? tokenFaults(token, objectIn(seen.facts['token'])) : ['was not looked at'];
  return [
    ...differences,
    ...faults.map((fault) => `"${token.name}" ${fault}`),
    ...inventoryFaults(step, token.name, plan, events),
  ];
}

/** No activation is held: nothing is used yet. */
function lookAsPlanned(plan: Plan, before: readonly Event[], step: PlannedStep, token: string): Operation {
  return { op: 'inventory', ...commonAsPlanned(plan, before, step, token), hold: null };
}

/** Where what a token says of itself differs from what the plan expects of one that is ready to be logged in to. */
function tokenFaults({ label, activation }: Elsewhere, facts: JsonObject): string[] {
  const is = (flag: string) => facts[flag] === true;
  const asksItself = activation.means === 'device-quorum';
  return [
    ...(is('initialized') ? [] : ['is not initialised']),
    ...(facts['label'] === label ? [] : [`is labelled ${JSON.stringify(facts['label'] ?? null)}, planned "${label}"`]),
    ...(is('userPinInitialized') ? [] : ['has no user who could log in']),
    ...(is('loginRequired') ? [] : ['can be used without a login']),
    ...(is('userPinLocked') ? ['has its user locked out'] : []),
    ...(is('errorState') ? ['is in an error state'] : []),
    ...(is('protectedAuthenticationPath') === asksItself
      ? []
      : [asksItself ? 'does not ask for its PIN itself' : 'asks for its PIN itself, and not this computer']),
  ];
}
