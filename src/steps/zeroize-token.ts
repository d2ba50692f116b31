import { z } from 'zod';
import { canonicalBytes, canonicalJson, type JsonObject } from '../base/canonical-json.ts';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { begunDestruction, ZEROIZES } from '../plan/key-destroyed.ts';
import { arePlacesKnown, placesOfKey } from '../plan/key-last.ts';
import { isKeyOn, keysOn } from '../plan/key-places.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import { resultOf } from '../plan/record.ts';
import { currentSets } from '../plan/share-sets.ts';
import { defineStep, type SimulateContext } from '../plan/step-type.ts';
import { type World, withEntry } from '../plan/world.ts';
import { namedSet } from '../quorum/named-set.ts';
import type { Operation } from '../quorum/operation.ts';
import { distinct, line, name } from '../script/schema/words.ts';
import type { Event } from '../transcript/event.ts';
import { answerFaults } from './answers.ts';
import { commonAsPlanned, unplanned } from './as-planned.ts';
import { holdCrls } from './key-crls.ts';
import { keyLine, seen, tokenParts } from './paper-parts.ts';
import { objectIn } from './recorded-facts.ts';
import { holdPhrase, phraseFaults, typePhrase } from './typed-phrase.ts';

/** Erases an HSM token by its security officer: everything on it goes, and nothing more is done with it. */
export const zeroizeToken = defineStep({
  name: ZEROIZES,
  version: 1,
  summary: 'Erase an HSM token, and show that it is empty.',
  irreversible: true,
  operation: () => 'zeroize-token' as const,
  proposesItself: true,
  needs: ['operations', 'terminal'],
  schema: z.strictObject({
    token: name,
    reason: line(400),
    phrase: line(72).exactOptional(),
    destroys: distinct(name, 1).exactOptional(),
    last: distinct(name, 1).exactOptional(),
    'no-more-crls': line(400).exactOptional(),
  }),
  simulate(params, world, context) {
    const { step, plan, report } = context;
    holdPhrase(context);
    const token = world.tokens.get(params.token);
    const planned = plan.tokens.find((one) => one.name === params.token);
    if (!token || !planned) {
      report('PLAN_TOKEN', ['with', 'token'], `the script has no token "${params.token}"`);
      return world;
    }
    if (token.state === 'blank')
      report('PLAN_ORDER', ['with', 'token'], `"${params.token}" is blank here: there is nothing to erase`);
    if (token.active)
      report(
        'PLAN_ACTIVATION',
        ['step'],
        `"${params.token}" is active here: nobody is logged in while it is erased`,
        'end the activation with a "deactivate" step before it',
      );
    if (planned.means !== 'shares')
      report(
        'PLAN_TOKEN',
        ['with', 'token'],
        `the site activates "${params.token}" by ${planned.means}: its own tools erase it, in a "vendor" step`,
      );
    holdKeys(params, world, context);
    const destroyed = new Map(world.destroyed);
    const keys = new Map(world.keys);
    for (const key of world.keys.values()) {
      if (!isKeyOn(key, params.token, world)) continue;
      destroyed.set(key.name, new Map(destroyed.get(key.name)).set(params.token, step.id));
      if (key.token === params.token) keys.set(key.name, { ...key, token: '' });
    }
    const erased = { ...token, state: 'erased' as const, labels: new Set<string>() };
    return { ...world, tokens: withEntry(world.tokens, params.token, erased), keys, destroyed };
  },
  describe: (params, _step, plan) => [
    `ERASE the token "${params.token}", for good: every object on it, and the PIN of its user.`,
    `Why: ${params.reason}`,
    params.destroys === undefined
      ? 'No key is known to be on it any more.'
      : `These keys go with it: ${params.destroys.map((key) => `${keyLine(plan, key)}${params.last?.includes(key) ? ', THE LAST that is known' : ''}`).join('; ')}.`,
    'One types the phrase, and another person reads it; then the quorum approves, and opens the shares of the security officer.',
    'A PIN that nobody learns is set for its user, and everything on it is listed: nothing may be there.',
  ],
  paper: (params, step, plan) => [
    ...tokenParts(
      plan,
      step,
      params.token,
      (params.destroys ?? []).map((key) => ['key', keyLine(plan, key)] as const),
    ),
    { kind: 'approvals', operations: ['zeroize-token'] },
    seen('the serial on the screen is that of this HSM', 'afterwards nothing is listed on it'),
  ],
  async *run(params, step, { operations, terminal, ceremony }) {
    // Done before an interruption: it is empty.
    if (operations.isDone(step)) return;
    const { events, plan } = ceremony;
    yield* typePhrase(step, phraseOf(params), terminal, events);
    yield* operations.put(step, () => ({
      operation: zeroizationAsPlanned(params, step, plan, events()),
      payload: null,
      lint: [],
    }));
    yield* operations.collectQuorum([step]);
    yield* operations.execute(step);
  },
  verify(params, step, own, { plan, events }) {
    const fault = (message: string) => ({
      check: 'STEP-ZEROIZE',
      message: `step ${step.number} "${step.key}": ${message}`,
      where: 'events.jsonl',
    });
    const faults = [
      ...phraseFaults(step, phraseOf(params), events),
      ...answerFaults(step, own),
      ...unplanned(step, own, events, (_proposed, before) => zeroizationAsPlanned(params, step, plan, before)),
    ];
    for (const event of events) {
      if (event.type !== 'reconciliation' || event.step !== step.key) continue;
      const before = events.filter(({ seq }) => seq < event.seq);
      const due = begunDestruction(step.key, before) ? 'unknown' : 'not-done';
      if (event.outcome !== due)
        faults.push(`event ${event.seq} says "${event.outcome}" of what was interrupted; it is "${due}"`);
    }
    const result = resultOf(events, step.key);
    const proposed = events.find((event) => event.seq === result?.proposal);
    if (!result || proposed?.type !== 'proposed') return [...faults, 'the token was not erased'].map(fault);
    return [...faults, ...emptyFaults(proposed.descriptor, result.facts)].map(fault);
  },
});

type Params = {
  readonly token: string;
  readonly reason: string;
  readonly phrase?: string;
  readonly destroys?: readonly string[];
  readonly last?: readonly string[];
  readonly 'no-more-crls'?: string;
};

function phraseOf({ token, phrase }: Params): string {
  return phrase ?? `erase ${token}`;
}

/** Every key that the plan has on the token is named, and no other; and those are said to be the last that are. */
function holdKeys(params: Params, world: World, { plan, report, window }: SimulateContext): void {
  const named = new Set(params.destroys);
  const there = [...world.keys.values()].filter((key) => isKeyOn(key, params.token, world));
  const labels = new Set(there.map(({ label }) => label));
  for (const label of world.tokens.get(params.token)?.labels ?? [])
    if (!labels.has(label))
      report(
        'PLAN_NAME',
        ['with', 'destroys'],
        `a key labelled "${label}" is on "${params.token}", and the script has no name for it`,
        'name it under "uses", and here: nothing goes unnamed',
      );
  for (const { name: key } of there)
    if (!named.has(key))
      report(
        'PLAN_NAME',
        ['with'],
        `the key "${key}" is on "${params.token}" and would go with it`,
        'destroy it with a "destroy-key" step before, or name it: destroys: [KEY]',
      );
  for (const key of named)
    if (!there.some((one) => one.name === key))
      report('PLAN_NAME', ['with', 'destroys'], `the key "${key}" is not on "${params.token}" here`);
  for (const key of there) {
    const others = placesOfKey(key, params.token, world, plan);
    const isSaid = params.last?.includes(key.name) === true;
    if (isSaid) holdCrls(params['no-more-crls'], key, world, { plan, report, window });
    if (isSaid === (others.length === 0) || (!isSaid && !arePlacesKnown(key, plan))) continue;
    report(
      'PLAN_ORDER',
      ['with'],
      isSaid
        ? `it is not the last: the key "${key.name}" is on ${others.join(', ')} too`
        : `no other HSM is known to hold the key "${key.name}" after this`,
      isSaid ? undefined : `say "last: [${key.name}]" where that is meant`,
    );
  }
}

/** @throws CeremonyError SHARE_FOREIGN_SET when no set of the security officer is known */
function zeroizationAsPlanned(
  params: Params,
  step: PlannedStep,
  plan: Plan,
  before: readonly Event[],
): Extract<Operation, { op: 'zeroize-token' }> {
  const current = currentSets(plan, before).find((one) => one.hsm === params.token && one.set.kind === 'so');
  if (!current)
    throw new CeremonyError(
      'SHARE_FOREIGN_SET',
      `no set of the security officer of "${params.token}" is in the record`,
    );
  const destroys = keysOn(plan, before, params.token)
    .map(({ name: key, spkiSha256 }) => ({ key: spkiSha256, last: params.last?.includes(key) === true }))
    .sort((one, other) => (one.key < other.key ? -1 : 1));
  return {
    op: 'zeroize-token',
    ...commonAsPlanned(plan, before, step, params.token),
    hold: null,
    label: plan.tokens.find((one) => one.name === params.token)?.label ?? '',
    set: namedSet(current.set),
    destroys,
    reason: params.reason,
  };
}

function emptyFaults(descriptor: JsonObject, facts: JsonObject): string[] {
  const { objects, digest } = facts;
  const faults: string[] = [];
  const destroys = descriptor['destroys'] as readonly { readonly key: string }[];
  const stated = {
    serial: objectIn(descriptor['hsm'])['serial'],
    label: descriptor['label'],
    set: objectIn(descriptor['set'])['id'],
    destroyed: destroys.map(({ key }) => key),
  };
  for (const [member, due] of Object.entries(stated)) {
    const [is, wanted] = [facts[member], due].map((one) => canonicalJson(one ?? null));
    if (is !== wanted) faults.push(`the result states "${member}" ${is}; it was ${wanted}`);
  }
  if (!Array.isArray(objects) || sha256(canonicalBytes(objects)) !== digest)
    return [...faults, 'what is on it afterwards is not listed, or not under its digest'];
  return objects.length === 0
    ? faults
    : [...faults, `${objects.length} objects are listed afterwards: it is not empty`];
}
