import { z } from 'zod';
import { CeremonyError } from '../base/errors.ts';
import { usedKey } from '../plan/known.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import { keyFacts, resultOf, tokenOfKey } from '../plan/record.ts';
import { defineStep } from '../plan/step-type.ts';
import { withEntry } from '../plan/world.ts';
import { DECIDED_STATES, type KeyState, mayBecome, nextStates, signs } from '../quorum/key-states.ts';
import type { Operation } from '../quorum/operation.ts';
import { line, name } from '../script/schema/words.ts';
import type { Event } from '../transcript/event.ts';
import { commonAsPlanned, unplanned } from './as-planned.ts';
import { keyLine } from './paper-parts.ts';

/**
 * The quorum decides that a key is suspended, deactivated or compromised, or active again (SP 800-57 part 1 rev. 5 §7): no HSM
 * does anything for it, and from then on the plan and the guard let it sign, or not.
 */
export const setKeyState = defineStep({
  name: 'set-key-state',
  version: 1,
  summary: 'Decide that a key is suspended, deactivated, compromised, or active again.',
  irreversible: false,
  operation: () => 'set-key-state' as const,
  proposesItself: true,
  needs: ['operations'],
  schema: z.strictObject({
    key: name,
    state: z.enum(DECIDED_STATES, { error: DECIDED_STATES.join(', ') }),
    reason: line(400),
  }),
  simulate(params, world, { step, report }) {
    const key = world.keys.get(params.key);
    if (!key) {
      report('PLAN_NAME', ['with', 'key'], `no key "${params.key}" is made or used before this`);
      return world;
    }
    if (key.token === '') report('PLAN_ORDER', ['with', 'key'], `the key "${params.key}" is on no HSM here`);
    const from = world.states.get(key.name)?.state ?? 'active';
    if (!mayBecome(from, params.state))
      report(
        'PLAN_PARAMETER',
        ['with', 'state'],
        `the key "${params.key}" is ${from} here, and may become ${nextStates(from)}, not ${params.state}`,
      );
    return { ...world, states: withEntry(world.states, key.name, { state: params.state, by: step.id }) };
  },
  describe: (params, _step, plan) => [
    `Decide that the key ${keyLine(plan, params.key)} is ${params.state.toUpperCase()}: ${params.reason}`,
    signs(params.state)
      ? 'It signs again what the quorum approves.'
      : 'Nothing is signed with it any more, no CRL either, in this ceremony and those after it.',
    'Nothing is done on an HSM for it.',
  ],
  paper: () => [{ kind: 'approvals', operations: ['set-key-state'] }],
  async *run(params, step, { operations, ceremony }) {
    if (operations.isDone(step)) return;
    const { plan, events } = ceremony;
    yield* operations.put(step, () => ({
      operation: decisionAsPlanned(params, step, plan, events()),
      payload: null,
      lint: [],
    }));
    yield* operations.collectQuorum([step]);
    yield* operations.execute(step);
  },
  verify(params, step, own, { plan, events }) {
    const fault = (message: string) => ({
      check: 'STEP-KEY-STATE',
      message: `step ${step.number} "${step.key}": ${message}`,
      where: 'events.jsonl',
    });
    const differences = unplanned(step, own, events, (_proposed, before) =>
      decisionAsPlanned(params, step, plan, before),
    );
    const facts = resultOf(events, step.key)?.facts;
    if (!facts) return [...differences, 'nothing was decided'].map(fault);
    const { spkiSha256 } = keyFacts(plan, events, params.key) ?? {};
    if (facts['key'] !== spkiSha256) differences.push('it was decided about another key');
    if (facts['to'] !== params.state)
      differences.push(`the result states "to" "${String(facts['to'])}"; it was "${params.state}"`);
    return differences.map(fault);
  },
});

/** @throws CeremonyError HSM_OBJECT_MISSING when the key is not known, or on no HSM here */
function decisionAsPlanned(
  params: { readonly key: string; readonly state: (typeof DECIDED_STATES)[number]; readonly reason: string },
  step: PlannedStep,
  plan: Plan,
  before: readonly Event[],
): Operation {
  const facts = keyFacts(plan, before, params.key);
  const token = tokenOfKey(plan, params.key);
  if (!facts || token === undefined)
    throw new CeremonyError('HSM_OBJECT_MISSING', `the key "${params.key}" is on no HSM here`);
  const key = String(facts['spkiSha256']);
  return {
    op: 'set-key-state',
    ...commonAsPlanned(plan, before, step, token),
    hold: null,
    key,
    from: stateBefore(key, usedKey(plan, params.key)?.state ?? 'active', before),
    to: params.state,
    reason: params.reason,
  };
}

/** By the last transition that was recorded in this ceremony. */
function stateBefore(key: string, first: KeyState, events: readonly Event[]): KeyState {
  const last = events.findLast((event) => event.type === 'key-state' && event.key === key);
  return last?.type === 'key-state' ? (last.to as KeyState) : first;
}
