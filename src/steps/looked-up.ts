import type { JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import type { WeakKeys } from '../pki/weak-keys.ts';
import type { Plan } from '../plan/plan.ts';

/*
 * That RSA keys that come in are looked up in the list of weak keys that the site names (TLS BR §6.1.1.3): in which, and of how
 * many. The list is not in the pack; so a verifier holds the record to the plan's list, and looks nothing up.
 */

/**
 * The list that the plan names.
 * @param atHand what was read of the site's list
 * @throws CeremonyError FILE_MISSING where that is another, or none
 */
export function listOfPlan({ weakKeys }: Pick<Plan, 'weakKeys'>, atHand: WeakKeys | undefined): WeakKeys | undefined {
  if (weakKeys && atHand?.sha256 !== weakKeys.sha256)
    throw new CeremonyError(
      'FILE_MISSING',
      `the list of weak keys with SHA-256 ${weakKeys.sha256}, in which RSA keys are looked up, is not at hand`,
    );
  return weakKeys && atHand;
}

/** What the record says of it, where what came in has RSA keys. */
export function lookupFacts({ weakKeys }: Pick<Plan, 'weakKeys'>, hasRsa: boolean): JsonObject {
  return weakKeys && hasRsa ? { weakKeys: weakKeys.sha256, weakKeyEntries: weakKeys.entries } : {};
}

/** What the record says beyond that: of a list that the plan does not name, or a key that is in no such list. */
export function unplannedLookup(expected: JsonObject, found: JsonObject): string[] {
  return ['weakKeys', 'weakKeyEntries'].flatMap((member) =>
    found[member] !== undefined && expected[member] === undefined
      ? [`the record says ${JSON.stringify(found[member])} as "${member}" of what was read, where no key is looked up`]
      : [],
  );
}

/** Before it is read. */
export function lookupWords({ weakKeys }: Pick<Plan, 'weakKeys'>): readonly string[] {
  return weakKeys
    ? [
        `An RSA key is refused that is in the list of weak keys, which has ${weakKeys.entries}; its SHA-256 is ${weakKeys.sha256}.`,
      ]
    : [];
}

/** Once it was. */
export function lookedUpWords(plan: Pick<Plan, 'weakKeys'>, hasRsa: boolean): readonly string[] {
  return plan.weakKeys && hasRsa
    ? [`No RSA key of it is in the list of weak keys, which has ${plan.weakKeys.entries}.`]
    : [];
}
