import { canonicalBytes, type JsonObject } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import type { Event } from '../../src/transcript/event.ts';
import { rotatingScript } from '../ceremony/rotating.ts';
import { onEvent } from './edit.ts';
import type { RecordOptions } from './record.ts';

/** The forge's ceremony, but both share sets are replaced before the first CRL. */
export const rotating: RecordOptions = { script: rotatingScript };

/** What is stated of a set when its new shares were proven. */
type Proof = JsonObject & { readonly opened: string[]; readonly unproven: string[] };

/** Changes what a rotation's step states of its proof. */
export function proven(step: string, change: (set: Proof) => JsonObject): (event: Event) => Event | undefined {
  return onEvent(
    'observation',
    (event) => event.step === step && event.subject === 'shares',
    (event) => {
      const sets = Object.entries(event.facts['sets'] as Record<string, Proof>).map(([id, set]) => [id, change(set)]);
      return { ...event, facts: { sets: Object.fromEntries(sets) } };
    },
  );
}

/** The last proposal of a rotation says that it finishes what the first one began. */
export function adopting(step: string): (events: readonly Event[]) => readonly Event[] {
  return (events) => {
    const proposals = events.filter((event) => event.type === 'proposed' && event.step === step);
    const [first, last] = [proposals[0], proposals.at(-1)];
    return events.map((event) => {
      if (event !== last || event.type !== 'proposed' || first?.type !== 'proposed') return event;
      const descriptor = { ...event.descriptor, adopts: first.digest };
      return { ...event, descriptor, digest: sha256(canonicalBytes(descriptor)) };
    });
  };
}
