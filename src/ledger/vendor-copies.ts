import type { Event } from '../transcript/event.ts';
import { broken, type Done, type LedgerPlan, type PlannedStep } from './done.ts';
import type { LedgerCopy, LedgerKey, LedgerToken } from './ledger.ts';

/*
 * Copies that a vendor's tools made. None of them has signed until it is proven, and each is a live copy until it is
 * destroyed all the same: whoever has that HSM may have the key.
 */

/** Type of the step in which people do something to HSMs with their vendor's tools, and which looks at them afterwards. */
const VENDOR = 'vendor';

/** Keys of which a private object was listed on the HSM when it was looked at afterwards; empty for any other operation. */
export function copiesSeen({ operation, step, result }: Done, keys: readonly LedgerKey[]): readonly LedgerCopy[] {
  if (operation.op !== 'inventory' || step.type !== VENDOR) return [];
  const objects = listOf(result.facts['objects']).map(objectOf);
  const token = operation.hsm.serial ?? broken(`step "${step.key}" looked at a token without a serial`);
  const labels = new Set(objects.flatMap((one) => (one['class'] === 'private-key' ? [one['label']] : [])));
  return [...labels].flatMap((label) => {
    // What is made later under the same label was not there then.
    const called = keys.filter((key) => key.label === label && (key.generatedAt ?? '') <= result.at);
    const halves = new Set(objects.flatMap((one) => (one['label'] === label ? [one['spkiSha256']] : [])));
    const sure = called.filter(({ spkiSha256 }) => halves.has(spkiSha256));
    return (sure.length > 0 ? sure : called).map((key) => unproven(key, token, step));
  });
}

/**
 * Keys that such tools were to put on HSMs at which nobody has looked afterwards: the step was begun, and what was done of it
 * the record does not say.
 * @param done every operation of the ceremony; @param tokens after it
 */
export function copiesUnseen(
  plan: LedgerPlan,
  events: readonly Event[],
  done: readonly Done[],
  { keys, tokens }: { readonly keys: readonly LedgerKey[]; readonly tokens: readonly LedgerToken[] },
): readonly LedgerCopy[] {
  const begun = new Set(events.flatMap((event) => (event.type === 'step' ? [event.step] : [])));
  const tools = plan.acts
    .flatMap((act) => act.steps)
    .filter((step) => step.type === VENDOR && step.token === undefined && begun.has(step.key));
  return tools.flatMap((step) =>
    Object.entries(objectOf(step.params['changes'])).flatMap(([name, change]) => {
      const isSeen = done.some(
        ({ operation, step: look }) =>
          operation.op === 'inventory' && look.id === step.id && operation.hsm.name === name,
      );
      if (isSeen) return [];
      // The newest of that name: an earlier ceremony may have had another key called so.
      const added = listOf(objectOf(change)['adds']).flatMap((key) => keys.findLast((one) => one.name === key) ?? []);
      const planned = plan.tokens.find((token) => token.name === name);
      const serial = planned?.serial ?? tokens.findLast((token) => token.name === name)?.serial ?? name;
      return added.map((key) => unproven(key, serial, step));
    }),
  );
}

function unproven({ name, spkiSha256 }: LedgerKey, token: string, step: PlannedStep): LedgerCopy {
  return { ...{ key: name, spkiSha256, token, step: step.key }, provenAt: null, provenance: 'unproven' };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
