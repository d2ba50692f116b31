import { signs } from '../quorum/key-states.ts';
import type { OperationName } from '../quorum/operation.ts';
import type { Event, ProposedEvent } from '../transcript/event.ts';
import { certificateAtHand, issuerNamed, SELF } from './known.ts';
import type { Plan, PlannedStep } from './plan.ts';
import type { Report } from './step-type.ts';
import type { World } from './world.ts';

/*
 * Keys that were destroyed: in the plan before anything is done, and by the record. Pure; used while running and when
 * verifying, where the descriptors have been read before.
 */

type Proposed = Event & ProposedEvent;

/** Type of the step that destroys a key on an HSM. */
export const DESTROYS_KEY = 'destroy-key';

/** Type of the step that erases a token, and every key with it. */
export const ZEROIZES = 'zeroize-token';

/** SHA-256 of the keys that were destroyed on the HSM of that name, by these events. */
export function destroyedOn(events: readonly Event[], token: string): ReadonlySet<string> {
  const proposals = new Map(events.flatMap((event) => (event.type === 'proposed' ? [[event.seq, event]] : [])));
  return new Set(
    events.flatMap((event) => {
      if (event.type !== 'result' || event.outcome !== 'done') return [];
      const descriptor = proposals.get(event.proposal)?.descriptor;
      if (!descriptor || hsmOf(descriptor) !== token) return [];
      if (descriptor['op'] === ZEROIZES)
        return (descriptor['destroys'] as readonly { readonly key: string }[]).map(({ key }) => key);
      return descriptor['op'] === DESTROYS_KEY ? [String(descriptor['key'])] : [];
    }),
  );
}

/**
 * The proposal of a step's destruction that was begun and of which nobody knows the end: it was neither done, nor is it
 * certain that the HSM was not reached. Undefined when there is none.
 */
export function begunDestruction(step: string, events: readonly Event[]): Proposed | undefined {
  const results = new Map(events.flatMap((event) => (event.type === 'result' ? [[event.proposal, event]] : [])));
  for (const intent of events.toReversed()) {
    if (intent.type !== 'intent') continue;
    const proposed = events.find(
      (event): event is Proposed => event.type === 'proposed' && event.seq === intent.proposal,
    );
    const op = proposed?.descriptor['op'];
    if (proposed?.step !== step || (op !== DESTROYS_KEY && op !== ZEROIZES)) continue;
    const result = results.get(intent.proposal);
    if (result?.outcome === 'done') return undefined;
    if (result?.facts['reached'] !== 'no') return proposed;
  }
  return undefined;
}

function hsmOf(descriptor: ProposedEvent['descriptor']): string {
  return String((descriptor['hsm'] as { readonly name?: unknown }).name);
}

/** Operations that sign with a key. */
const SIGNS: ReadonlySet<OperationName | null> = new Set<OperationName>(['sign', 'sign-list', 'prove-key']);

/** Whether a step of the plan would sign with a key that an earlier one has destroyed. */
export function holdDestroyed(step: PlannedStep, world: World, plan: Pick<Plan, 'uses'>, report: Report): void {
  if (!SIGNS.has(step.operation) || world.destroyed.size === 0) return;
  for (const key of keysOf(step, world, plan)) {
    const on = world.destroyed.get(key);
    if (!on) continue;
    // A proof says itself on which HSM; every other signature is made where the key is by the plan, if it is anywhere.
    const isNowhere = world.keys.get(key)?.token === '';
    const by = step.token === undefined ? (isNowhere ? [...on.values()].at(-1) : undefined) : on.get(step.token);
    if (by !== undefined)
      report(
        'PLAN_ORDER',
        ['step'],
        `the key "${key}" would sign, and "${by}" has destroyed it before this`,
        'what is to be signed with it comes before its destruction',
      );
  }
}

/** Whether a step of the plan would sign with a key whose state forbids it. */
export function holdKeyState(step: PlannedStep, world: World, plan: Pick<Plan, 'uses'>, report: Report): void {
  if ((step.operation !== 'sign' && step.operation !== 'sign-list') || world.states.size === 0) return;
  for (const key of keysOf(step, world, plan)) {
    const { state, by } = world.states.get(key) ?? { state: 'active', by: null };
    if (signs(state) || (state === 'pre-activation' && isFirstUse(step))) continue;
    report(
      'PLAN_ORDER',
      ['step'],
      `the key "${key}" would sign, and it is ${state}, by ${by === null ? 'the ledger of before' : `"${by}"`}`,
      state === 'pre-activation'
        ? 'SP 800-57 part 1 §7.1: a key is in use once a certificate is issued for it, or once "set-key-state" says so'
        : 'SP 800-57 part 1 §7: a key in that state signs nothing, CRLs neither',
    );
  }
}

/** What a key that is not active yet signs all the same: a request for itself, and its own certificate. */
function isFirstUse({ type, makes, params }: PlannedStep): boolean {
  const isSelfSigned = params['issuer'] === undefined || params['issuer'] === SELF;
  return type === 'make-csr' || (makes['certificate'] !== undefined && isSelfSigned);
}

/** Names of the keys that a step signs with, as far as its parameters name them or their certificates. */
function keysOf({ params, operation }: PlannedStep, world: World, plan: Pick<Plan, 'uses'>): ReadonlySet<string> {
  const ofCertificate = (name: unknown) =>
    typeof name === 'string' ? certificateAtHand(plan, world, name)?.key : undefined;
  const issuer = ofCertificate(issuerNamed(params));
  const responder = ofCertificate(params['responder']);
  // A step that issues below a CA names the key that it certifies as "subject-key", and its own as "key".
  const own = issuer === undefined || operation === 'prove-key' ? params['key'] : undefined;
  const keys = responder === undefined ? [issuer, own] : [responder];
  return new Set(keys.filter((key): key is string => typeof key === 'string'));
}
