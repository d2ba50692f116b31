import { z } from 'zod';
import { canonicalBytes, type JsonObject } from '../base/canonical-json.ts';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Plan } from '../plan/plan.ts';
import { hsmName, resultOf } from '../plan/record.ts';
import { defineStep } from '../plan/step-type.ts';
import { withEntry } from '../plan/world.ts';
import { name } from '../script/schema/words.ts';
import type { Event } from '../transcript/event.ts';
import { commonAsPlanned, unplanned } from './as-planned.ts';
import { seen, tokenParts } from './paper-parts.ts';
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
  describe: (params) => [
    params.level === 'full'
      ? `Log in to "${params.token}" and list every object; nothing but what this ceremony made may be there.`
      : `Read what "${params.token}" says of itself without a login. It proves no emptiness.`,
  ],
  paper: (params, step, plan) => [
    ...tokenParts(plan, step, params.token),
    seen(
      params.level === 'full' ? 'nothing is there but what this ceremony made' : 'what the HSM says of itself is this',
    ),
  ],
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
      return;
    }
    const { facts } = yield* operations.execute(step);
    const surplus = surplusOf(facts, ceremony.plan, ceremony.events());
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
    return [...differences, ...inventoryFaults(step.key, plan, events)].flatMap(fault);
  },
});

function inventoryFaults(key: string, plan: Plan, events: readonly Event[]): string[] {
  const result = resultOf(events, key);
  if (!result) return ['no inventory was taken'];
  if (!Array.isArray(result.facts['objects'])) return ['no objects are listed'];
  if (sha256(canonicalBytes(result.facts['objects'])) !== result.facts['digest'])
    return ['the digest is not that of the listed objects'];
  const at = events.findIndex((event) => event.type === 'result' && event.facts === result.facts);
  const surplus = surplusOf(result.facts, plan, events.slice(0, at));
  return surplus.length > 0 ? [`objects that this ceremony did not make: ${surplus.join(', ')}`] : [];
}

/** Objects whose label is none of the keys generated so far. */
function surplusOf(facts: JsonObject, plan: Plan, before: readonly Event[]): string[] {
  const labels = new Set<unknown>();
  for (const step of plan.acts.flatMap((act) => act.steps)) {
    if (step.operation === 'generate-key' && resultOf(before, step.key)) labels.add(step.params['label']);
  }
  return objectsIn(facts['objects'])
    .filter((object) => !labels.has(object['label']))
    .map((object) => `${String(object['class'])} "${String(object['label'])}"`);
}

/** Whether the script expects it blank, and this ceremony has not prepared it yet. */
function isExpectedBlank(name: string, plan: Plan, before: readonly Event[]): boolean {
  const planned = plan.tokens.find((one) => one.name === name);
  return planned?.expect === 'blank' && hsmName(plan, before, name).serial === null;
}
