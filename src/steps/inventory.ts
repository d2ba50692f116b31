import { canonicalBytes, type JsonObject } from '../base/canonical-json.ts';
import { sha256 } from '../base/digest.ts';
import type { Plan } from '../plan/plan.ts';
import { resultOf } from '../plan/record.ts';
import type { Event } from '../transcript/event.ts';
import { objectsIn } from './recorded-facts.ts';

/** What is wrong with the inventory that a step took, as its result has it. */
export function inventoryFaults(key: string, plan: Plan, events: readonly Event[]): string[] {
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
export function surplusOf(facts: JsonObject, plan: Plan, before: readonly Event[]): string[] {
  const labels = new Set<unknown>();
  for (const step of plan.acts.flatMap((act) => act.steps)) {
    if (step.operation === 'generate-key' && resultOf(before, step.key)) labels.add(step.params['label']);
  }
  return objectsIn(facts['objects'])
    .filter((object) => !labels.has(object['label']))
    .map((object) => `${String(object['class'])} "${String(object['label'])}"`);
}
