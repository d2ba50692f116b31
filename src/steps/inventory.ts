import { canonicalBytes, type JsonObject } from '../base/canonical-json.ts';
import { sha256 } from '../base/digest.ts';
import { keysOn } from '../plan/key-places.ts';
import type { KeyThere, Plan, PlannedStep } from '../plan/plan.ts';
import { resultOf } from '../plan/record.ts';
import type { Event } from '../transcript/event.ts';
import { objectsIn } from './recorded-facts.ts';

/** What is wrong with what lies on an HSM, given the keys that are to be there. */
type Judge = (facts: JsonObject, keys: readonly KeyThere[]) => readonly string[];

/**
 * What is wrong with the inventory that a step took of an HSM, as its result has it.
 * @param judge of the objects; by default nothing may be there but those keys
 */
export function inventoryFaults(
  step: Pick<PlannedStep, 'key'>,
  token: string,
  plan: Plan,
  events: readonly Event[],
  judge: Judge = surplusFaults,
): string[] {
  const result = resultOf(events, step.key);
  if (!result) return ['no inventory was taken'];
  if (!Array.isArray(result.facts['objects'])) return ['no objects are listed'];
  if (sha256(canonicalBytes(result.facts['objects'])) !== result.facts['digest'])
    return ['the digest is not that of the listed objects'];
  const at = events.findIndex((event) => event.type === 'result' && event.facts === result.facts);
  return [...judge(result.facts, keysOn(plan, events.slice(0, at), token))];
}

function surplusFaults(facts: JsonObject, keys: readonly KeyThere[]): string[] {
  const surplus = surplusOf(facts, keys);
  return surplus.length > 0 ? [`objects that this ceremony did not make: ${surplus.join(', ')}`] : [];
}

/** Objects whose label is none of those keys'. */
export function surplusOf(facts: JsonObject, keys: readonly KeyThere[]): string[] {
  const labels = new Set<unknown>(keys.map(({ label }) => label));
  return objectsIn(facts['objects'])
    .filter((object) => !labels.has(object['label']))
    .map((object) => `${String(object['class'])} "${String(object['label'])}"`);
}

/** The same, and where a key is missing, or is there more than once, or another public key is there under its label. */
export function unlikeDeclared(facts: JsonObject, keys: readonly KeyThere[]): string[] {
  const objects = objectsIn(facts['objects']);
  const faults = keys.flatMap(({ name, label, spkiSha256 }) => {
    const of = (kind: string) => objects.filter((object) => object['class'] === kind && object['label'] === label);
    const [privates, publics] = [of('private-key'), of('public-key')];
    const other = publics.filter((object) => object['spkiSha256'] !== spkiSha256);
    return [
      ...(privates.length === 1 ? [] : [`${privates.length} private keys are labelled "${label}", expected one`]),
      // A copy may come without its public half; what comes must be the key's.
      ...(publics.length <= 1 ? [] : [`${publics.length} public keys are labelled "${label}"`]),
      ...(other.length === 0 ? [] : [`the public key labelled "${label}" is not that of "${name}"`]),
    ];
  });
  return [...surplusFaults(facts, keys), ...faults];
}
