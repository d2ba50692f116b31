import { z } from 'zod';
import type { JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import { keysOn } from '../plan/key-places.ts';
import { type Plan, type PlannedStep, stepsOf } from '../plan/plan.ts';
import { hsmName } from '../plan/record.ts';
import { defineStep } from '../plan/step-type.ts';
import { withEntry } from '../plan/world.ts';
import { isKek } from '../quorum/key-backup.ts';
import { name } from '../script/schema/words.ts';
import type { Event } from '../transcript/event.ts';
import { commonAsPlanned, unplanned } from './as-planned.ts';
import { inventoryFaults, surplusOf } from './inventory.ts';
import { requireMechanisms, type WantedKey } from './key-mechanisms.ts';
import { keysOnIt, seen, tokenParts } from './paper-parts.ts';
import { objectIn, objectsIn, observationIn } from './recorded-facts.ts';

/** What a token is and what lies on it: without a login, or with one, when private objects show too. */
export const inspectToken = defineStep({
  name: 'inspect-token',
  version: 1,
  summary: 'Record what a token is and which objects are on it.',
  irreversible: false,
  operation: (params) => (params.level === 'full' ? ('inventory' as const) : null),
  needs: ['guard', 'operations'],
  schema: z.strictObject({ token: name, level: z.enum(['public', 'full'], { error: '"public" or "full"' }) }),
  simulate(params, world, { act, report }) {
    const token = world.tokens.get(params.token);
    if (!token) {
      report('PLAN_TOKEN', ['with', 'token'], `the script has no token "${params.token}"`);
      return world;
    }
    if (params.level === 'public') return world;
    if (token.state === 'blank')
      report(
        'PLAN_ORDER',
        ['with', 'level'],
        `"${params.token}" is blank: a full inspection needs a login`,
        'prepare the token first',
      );
    const tokens = withEntry(world.tokens, params.token, {
      ...token,
      active: act.activation !== null,
      inspected: true,
    });
    return { ...world, tokens };
  },
  describe: (params, _step, plan) => [
    params.level === 'full'
      ? `Log in to "${params.token}" and list every object; nothing but ${accountedFor(plan, params.token)} may be there.`
      : `Read what "${params.token}" says of itself without a login. It proves no emptiness.`,
  ],
  paper: (params, step, plan) => [
    ...tokenParts(plan, step, params.token, params.level === 'full' ? [keysOnIt(plan, step, params.token)] : []),
    seen(
      params.level === 'full'
        ? `nothing is there but ${accountedFor(plan, params.token)}`
        : 'what the HSM says of itself is this',
    ),
  ],
  sheet: (params, step, plan) => tokenParts(plan, step, params.token, [keysOnIt(plan, step, params.token)]),
  propose: async (params, step, { ceremony }) => ({
    operation: { op: 'inventory', ...commonAsPlanned(ceremony.plan, ceremony.events(), step, params.token) },
    payload: null,
    lint: [],
  }),
  async *run(params, step, { guard, operations, ceremony }) {
    if (params.level === 'public') {
      const facts = await guard.inspect(params.token);
      yield { type: 'observation', step: step.key, subject: 'token', facts };
      const token = facts['token'] as JsonObject;
      if (isExpectedBlank(params.token, ceremony.plan, ceremony.events()) && token['initialized'] === true) {
        throw new CeremonyError('TOKEN_UNEXPECTED', `"${params.token}" is expected blank, and it is initialised`, {
          hint: 'this is not the token that was prepared for this ceremony',
        });
      }
      const left = wrappingKeysLeft(params.token, step, ceremony.plan, facts);
      if (left.length > 0)
        throw new CeremonyError('TOKEN_UNEXPECTED', `"${params.token}" holds ${leftWords(left)}`, {
          hint: 'whoever logs in could wrap another key under it: a "back-up-key" step destroys it, or the token is erased',
        });
      for (const key of keysToMake(params.token, ceremony.plan)) requireMechanisms(key, facts);
      return;
    }
    const { facts } = yield* operations.execute(step);
    const surplus = surplusOf(facts, keysOn(ceremony.plan, ceremony.events(), params.token));
    if (surplus.length > 0) {
      throw new CeremonyError(
        'TOKEN_UNEXPECTED',
        `"${params.token}" holds objects that this ceremony did not make: ${surplus.join(', ')}`,
        {
          hint: 'a key or secret that nobody accounts for: do not use this token',
        },
      );
    }
  },
  verify(params, step, own, { plan, events }) {
    const where = 'events.jsonl';
    const fault = (message: string) => [
      { check: 'STEP-INSPECT', message: `step ${step.number} "${step.key}": ${message}`, where },
    ];
    if (params.level === 'public') {
      const seen = observationIn(own, 'token');
      if (!seen) return fault('nothing was observed');
      const left = wrappingKeysLeft(params.token, step, plan, seen.facts);
      if (left.length > 0) return fault(`the token held ${leftWords(left)}`);
      const isBlank = objectIn(seen.facts['token'])['initialized'] === false;
      const before = events.filter((event) => event.seq < seen.seq);
      return isBlank || !isExpectedBlank(params.token, plan, before)
        ? []
        : fault('the token was not blank, and it is expected blank');
    }
    const differences = unplanned(step, own, events, (_proposed, before) => ({
      op: 'inventory',
      ...commonAsPlanned(plan, before, step, params.token),
    }));
    return [...differences, ...inventoryFaults(step, params.token, plan, events)].flatMap(fault);
  },
});

/**
 * Labels of wrapping keys that a backup has left on it, as its security officer trusts them: none may be there, unless this
 * script has a backup of it next, which destroys what is left and says so.
 */
function wrappingKeysLeft(token: string, { key }: PlannedStep, plan: Plan, facts: JsonObject): string[] {
  const steps = stepsOf(plan);
  const isNext = steps
    .slice(steps.findIndex((step) => step.key === key))
    .some((step) => step.operation === 'wrap-key' && step.params['token'] === token);
  if (isNext) return [];
  return objectsIn(facts['objects']).flatMap(({ class: one, label }) =>
    isKek({ class: String(one), label: typeof label === 'string' ? label : null }) ? [String(label)] : [],
  );
}

function leftWords(labels: readonly string[]): string {
  return `a wrapping key that a backup has left: ${labels.map((label) => `"${label}"`).join(', ')}`;
}

/** What the script makes on it: known to be impossible here, before the first PIN is set. */
function keysToMake(token: string, plan: Plan): WantedKey[] {
  const generating = stepsOf(plan).filter(({ type, params }) => type === 'generate-key' && params['token'] === token);
  return generating.map((step) => ({ ...(step.params as unknown as WantedKey), step: step.key }));
}

/** Whose keys may be on it: an HSM that earlier ceremonies left has theirs. */
function accountedFor(plan: Plan, name: string): string {
  const isLeft = plan.tokens.some(({ name: one, expect }) => one === name && expect === 'ledger');
  return isLeft ? 'what earlier ceremonies left and this one made' : 'what this ceremony made';
}

/** Whether the script expects it blank, and this ceremony has not prepared it yet. */
function isExpectedBlank(name: string, plan: Plan, before: readonly Event[]): boolean {
  const planned = plan.tokens.find((one) => one.name === name);
  return planned?.expect === 'blank' && hsmName(plan, before, name).serial === null;
}
