import type { Change } from '../pki/reissue-differences.ts';
import type { Event } from '../transcript/event.ts';
import { inputOf, inputPath } from './inputs.ts';
import { certificatePath, keyAtHand } from './known.ts';
import type { Plan, PlanHead, PlannedStep } from './plan.ts';
import type { World } from './world.ts';

/*
 * The certificate beside which another of the same CA is issued: one of this ceremony, one that it uses, or one that its
 * owner has brought.
 */

/** Type of the step that certifies a CA which has a certificate already. */
export const CROSS = 'issue-cross-certificate';

/** Type of the step that issues a certificate of this CA again, with other dates. */
export const REISSUE = 'reissue-certificate';

export interface ExistingAtHand {
  /** Name of the key that it certifies, undefined where that is not one of this ceremony's. */
  readonly key: string | undefined;
  /** Undefined where nobody knows it before the ceremony. */
  readonly algorithm: string | undefined;
}

/** While planning. */
export function existingAtHand(
  plan: Pick<PlanHead, 'uses' | 'inputs'>,
  world: Pick<World, 'certificates' | 'inputs' | 'keys'>,
  name: string,
): ExistingAtHand | undefined {
  const certificate = world.certificates.get(name);
  if (certificate) {
    const key = certificate.key ?? undefined;
    const own = key === undefined ? undefined : keyAtHand(world, key)?.algorithm;
    return { key, algorithm: own ?? certificate.requests[0]?.keyAlgorithm };
  }
  const input = inputOf(plan, name);
  return input?.type === 'certificate' && world.inputs.has(name) ? { key: undefined, algorithm: input.key } : undefined;
}

/** Whether it comes from outside: then its name is its owner's. */
export function isBrought(plan: Plan, name: string): boolean {
  return certificatePath(plan, name) === undefined && inputOf(plan, name)?.type === 'certificate';
}

/** Where it lies in the pack, or will; undefined where nothing of that name was read. */
export function existingPath(plan: Plan, events: readonly Event[], name: string): string | undefined {
  return certificatePath(plan, name) ?? (isBrought(plan, name) ? inputPath(events, name) : undefined);
}

export interface Beside {
  /** Where the existing one lies, as far as it was read. */
  readonly path: string | undefined;
  /** Of one that is issued again: what may differ, besides dates and serial number. Undefined for a cross-certificate. */
  readonly changes: readonly Change[] | undefined;
}

/** Of a step that issues a certificate beside another; undefined for other steps. */
export function besideOf(
  plan: Plan,
  events: readonly Event[],
  { type, params }: Pick<PlannedStep, 'type' | 'params'>,
): Beside | undefined {
  const { existing, changes } = params;
  if ((type !== CROSS && type !== REISSUE) || typeof existing !== 'string') return undefined;
  const path = existingPath(plan, events, existing);
  return { path, changes: type === REISSUE ? ((changes as readonly Change[] | undefined) ?? []) : undefined };
}
