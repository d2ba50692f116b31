import { canonicalBytes, type Json, type JsonObject } from '../base/canonical-json.ts';
import { begunDestruction } from '../plan/key-destroyed.ts';
import { begunRotation } from '../plan/share-sets.ts';
import type { Guard } from '../ports.ts';
import { isKek } from '../quorum/key-backup.ts';
import { readDescriptor } from '../quorum/operation.ts';
import type { ReconciliationEvent } from '../transcript/event.ts';
import type { Attendance } from './attendance.ts';
import type { Recorder } from './recorder.ts';
import type { Standing } from './standing.ts';

type Proposed = Standing['voided'][number];

export interface ReconciliationInput {
  readonly guard: Pick<Guard, 'inspect'>;
  readonly recorder: Recorder;
  readonly attendance: Attendance;
}

/**
 * What became of an operation that was begun and is not known to be done: looked at on the HSM, without a login, and
 * recorded. Nothing that it left is used before its quorum has approved that it is taken up. An HSM that cannot be
 * looked at is looked at again, or people end the ceremony.
 */
export async function reconcile(
  open: Proposed,
  { guard, recorder, attendance }: ReconciliationInput,
): Promise<ReconciliationEvent> {
  const { operation } = readDescriptor(canonicalBytes(open.descriptor));
  const facts: Record<string, Json> = { operation: operation.op };
  let outcome: ReconciliationEvent['outcome'] = 'not-done';
  const look = async (left?: string) => {
    const seen = await attendance.attended(null, () => guard.inspect(operation.hsm.name, left));
    const token = seen['token'] as JsonObject;
    facts['initialized'] = token['initialized'] === true;
    return { token, objects: seen['objects'] as readonly JsonObject[] };
  };
  switch (operation.op) {
    case 'sign':
    case 'sign-list':
    case 'prove-key':
      // A signature leaves nothing on the HSM; if one was made, nobody has it: it had not left the guard.
      outcome = 'unknown';
      break;
    case 'wrap-key':
      // What was wrapped lies on a medium, or nobody has it; the same set wraps it again, to the same bytes.
      outcome = 'unknown';
      facts['set'] = operation.set.id;
      facts['wrappingKeys'] = (await look()).objects.filter(isKekObject).length;
      break;
    case 'unwrap-key': {
      const left = (await look()).objects.find((object) => isHalf(object, operation.id));
      if (!left) break;
      outcome = 'orphan';
      facts['id'] = operation.id;
      facts['spkiSha256'] = operation.key;
      break;
    }
    case 'rotate-activation':
      // Which PIN the token has, nothing but a login tells, and a wrong one costs a try: people approve that first.
      if (begunRotation(open.step, recorder.events)) outcome = 'unknown';
      facts['set'] = operation.set.id;
      facts['replaced'] = operation.replaces.id;
      break;
    case 'destroy-key':
      // Its private object shows to nobody without a login: what is left of it, the operation that finishes this finds.
      if (begunDestruction(open.step, recorder.events)) outcome = 'unknown';
      facts['key'] = operation.key;
      facts['publicKeySeen'] = (await look()).objects.some((object) => object['spkiSha256'] === operation.key);
      break;
    case 'set-key-state':
      // Nothing was done anywhere: it is decided anew.
      facts['key'] = operation.key;
      break;
    case 'record-loss':
      facts['thing'] = operation.thing;
      break;
    case 'zeroize-token':
      // A look without a login proves no emptiness: it is erased again, which changes nothing where it was.
      if (begunDestruction(open.step, recorder.events)) outcome = 'unknown';
      facts['set'] = operation.set.id;
      facts['objectsSeen'] = (await look()).objects.length;
      break;
    case 'prepare-token': {
      const { token } = await look(operation.label);
      if (token['initialized'] !== true) break;
      outcome = 'orphan';
      facts['serial'] = String(token['serial']);
      facts['label'] = String(token['label']);
      facts['sets'] = operation.sets as unknown as Json;
      break;
    }
    case 'generate-key': {
      const left = (await look()).objects.find((object) => isHalf(object, operation.id));
      if (!left) break;
      outcome = 'orphan';
      facts['id'] = operation.id;
      facts['spkiSha256'] = left['spkiSha256'] ?? null;
      break;
    }
  }
  const found: ReconciliationEvent = { type: 'reconciliation', step: open.step, proposal: open.seq, outcome, facts };
  await recorder.commit(found);
  return found;
}

function isKekObject({ class: one, label }: JsonObject): boolean {
  return isKek({ class: String(one), label: typeof label === 'string' ? label : null });
}

function isHalf(object: JsonObject, id: string): boolean {
  return (object['attributes'] as JsonObject | undefined)?.['ID'] === id;
}
