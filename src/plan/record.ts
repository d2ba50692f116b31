import type { JsonObject } from '../base/canonical-json.ts';
import type { HsmName } from '../quorum/operation.ts';
import type { Event, ProposedEvent, ResultEvent } from '../transcript/event.ts';
import { type Plan, type PlannedStep, stepsOf } from './plan.ts';

/** Reading the record so far: what a step made, as its events say it. Pure; used while running and when verifying. */

type Proposed = ProposedEvent & { readonly seq: number; readonly at: string };

/** The newest proposal of a step (by key). */
export function proposalOf(events: readonly Event[], key: string): Proposed | undefined {
  return events.findLast((event): event is Proposed & Event => event.type === 'proposed' && event.step === key);
}

/** The result of a step's operation, when it was done. */
export function resultOf(events: readonly Event[], key: string): (ResultEvent & { readonly at: string }) | undefined {
  const proposed = events.filter((event) => event.type === 'proposed' && event.step === key).map((event) => event.seq);
  return events.findLast(
    (event): event is ResultEvent & Event =>
      event.type === 'result' && event.outcome === 'done' && proposed.includes(event.proposal),
  );
}

/** The step that makes this name, e.g. `('key', 'root')`. */
export function makerOf(plan: Plan, kind: string, name: string): PlannedStep | undefined {
  return stepsOf(plan).find((step) => step.makes[kind] === name);
}

/** Facts of the key of that name: as it was generated here, or as an earlier ceremony left it (`spki`, `spkiSha256`, `algorithm`, …). */
export function keyFacts(plan: Plan, events: readonly Event[], name: string): JsonObject | undefined {
  const maker = makerOf(plan, 'key', name);
  if (maker) return resultOf(events, maker.key)?.facts;
  const used = plan.uses?.[name];
  return used?.kind === 'key' ? used : undefined;
}

/** The HSM that a key is on. */
export function tokenOfKey(plan: Plan, name: string): string | undefined {
  const maker = makerOf(plan, 'key', name);
  if (maker) return maker.params['token'] as string | undefined;
  const used = plan.uses?.[name];
  return used?.kind === 'key' ? (used.token ?? undefined) : undefined;
}

/** How descriptors name an HSM now: with its serial once it has been prepared. */
export function hsmName(plan: Plan, events: readonly Event[], name: string): HsmName {
  const token = plan.tokens.find((one) => one.name === name);
  const prepared = stepsOf(plan)
    .filter((step) => step.operation === 'prepare-token' && step.params['token'] === name)
    .map((step) => resultOf(events, step.key))
    .find((result) => result !== undefined);
  const serial = prepared ? String(prepared.facts['serial']) : (token?.serial ?? null);
  return { name, model: token?.model ?? '', serial };
}

/** The act's activation, as descriptors state it. */
export function holdOf(plan: Plan, step: PlannedStep): { operations: number; seconds: number } | null {
  const activation = plan.acts.find((act) => act.index === step.act)?.activation;
  return activation ? { operations: activation.operations, seconds: activation.seconds } : null;
}

/** What an interrupted operation of a step left on the HSM, as it was found there; undefined when nothing is left to take up. */
export function orphanOf(step: string, events: readonly Event[]): JsonObject | undefined {
  const found = events.findLast((event) => event.type === 'reconciliation' && event.step === step);
  if (found?.type !== 'reconciliation' || found.outcome !== 'orphan') return undefined;
  const isTakenUp = events.some((event) => {
    if (event.type !== 'result' || event.outcome !== 'done' || event.seq < found.seq) return false;
    const proposed = events.find((one) => one.seq === event.proposal);
    return proposed?.type === 'proposed' && proposed.step === step;
  });
  return isTakenUp ? undefined : found.facts;
}
