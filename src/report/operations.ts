import type { Json } from '../base/canonical-json.ts';
import type { OperationClass } from '../quorum/classes.ts';
import { CLASS_OF, type OperationName, type SignedKind } from '../quorum/operation.ts';
import type { Event, EventType } from '../transcript/event.ts';
import { listAt, textAt, valueAt } from './facts.ts';
import type { PackRecord } from './record.ts';

type Stamped<T extends EventType> = Extract<Event, { type: T }>;

/** All that the record says of one operation put up for approval. */
export interface OperationRecord {
  /** From 1, in the order of the proposals: what the report calls it. */
  readonly number: number;
  readonly proposed: Stamped<'proposed'>;
  readonly approvals: readonly Stamped<'approval'>[];
  readonly declined: readonly Stamped<'declined'>[];
  readonly refusals: readonly Stamped<'refusal'>[];
  readonly intent: Stamped<'intent'> | undefined;
  readonly result: Stamped<'result'> | undefined;
  /** Undefined for an operation that this version does not know, or without a roster. */
  readonly rule:
    | { readonly class: OperationClass; readonly need: number; readonly role: string; readonly able: number }
    | undefined;
}

export function operationsOf(record: PackRecord): OperationRecord[] {
  const of = <T extends EventType>(type: T) =>
    record.events.filter((event): event is Stamped<T> => event.type === type);
  return of('proposed').map((proposed, index) => {
    const mine = <T extends { readonly proposal: number | null }>(event: T) => event.proposal === proposed.seq;
    return {
      number: index + 1,
      proposed,
      approvals: of('approval').filter(mine),
      declined: of('declined').filter(mine),
      refusals: of('refusal').filter(mine),
      intent: of('intent').find(mine),
      result: of('result').find(mine),
      rule: ruleOf(record, proposed.operation),
    };
  });
}

function ruleOf(record: PackRecord, operation: string): OperationRecord['rule'] {
  const operationClass = Object.hasOwn(CLASS_OF, operation) ? CLASS_OF[operation as OperationName] : undefined;
  const rule = operationClass && record.roster?.classes.get(operationClass);
  if (!rule) return undefined;
  const able = (record.roster?.members ?? []).filter(
    (one) => one.role === rule.role && one.evidence === 'token',
  ).length;
  return { class: operationClass, need: rule.need, role: rule.role, able };
}

/** What the HSM did, in a few words. */
export function describeDone(descriptor: Json, facts: Json): string {
  const label = textAt(descriptor, 'label') ?? '';
  switch (textAt(descriptor, 'op')) {
    case 'prepare-token':
      return `token "${label}" initialised, serial number ${textAt(facts, 'serial') ?? 'not recorded'}`;
    case 'rotate-activation':
      return `${pinOf(descriptor)} of the token changed, ${textAt(facts, 'found') === 'new' ? 'before the interruption; ' : ''}share set ${textAt(facts, 'set') ?? 'not recorded'} in place of ${textAt(facts, 'replaced') ?? 'one not recorded'}`;
    case 'generate-key':
      return `key pair "${label}" generated, ${textAt(facts, 'mechanism') ?? 'mechanism not recorded'}`;
    case 'sign':
      return `${signedKind(descriptor)} ${textAt(descriptor, 'out') ?? ''} signed`;
    case 'sign-list':
      return `${listAt(facts, 'signatures').length} certificates signed`;
    case 'prove-key':
      return `a signature shows that the key is on the HSM with serial number ${textAt(facts, 'serial') ?? 'not recorded'}`;
    case 'wrap-key':
      return `the key left the HSM wrapped, by ${textAt(descriptor, 'algorithm') ?? ''}: ${textAt(facts, 'file') ?? 'a file not recorded'}, SHA-256 ${textAt(facts, 'sha256') ?? 'not recorded'}; the wrapping key was destroyed on the HSM`;
    case 'unwrap-key':
      return `key "${label}" restored on the HSM with serial number ${textAt(facts, 'serial') ?? 'not recorded'}, not to be extracted; a signature shows that it is there`;
    case 'inventory':
      return `${listAt(facts, 'objects').length} objects on the token`;
    case 'destroy-key':
      return `key "${label}" destroyed: ${listAt(facts, 'destroyed').join(', ') || 'nothing was left of it'}; ${listAt(facts, 'before', 'objects').length} objects before, ${listAt(facts, 'after', 'objects').length} after; a signature with it was refused afterwards`;
    case 'zeroize-token':
      return `token "${label}" erased, ${listAt(facts, 'destroyed').length} keys with it; ${listAt(facts, 'objects').length} objects on it afterwards`;
    case 'set-key-state':
      return `the key is ${textAt(facts, 'to') ?? 'not recorded'}, and was ${textAt(facts, 'from') ?? 'not recorded'}`;
    case 'record-loss':
      return `it is recorded as ${textAt(facts, 'to') ?? 'not recorded'}: ${textAt(facts, 'kind') ?? ''} ${textAt(facts, 'thing') ?? 'not recorded'}${textAt(facts, 'seen') === undefined ? '' : ', which was seen'}`;
    default:
      return textAt(descriptor, 'op') ?? '';
  }
}

function pinOf(descriptor: Json): string {
  return textAt(descriptor, 'set', 'kind') === 'so' ? 'PIN of the security officer' : 'user PIN';
}

const SIGNED: { readonly [K in SignedKind]: string } = {
  certificate: 'certificate',
  crl: 'CRL',
  request: 'request to another CA',
  'ocsp-response': 'OCSP response',
};

function signedKind(descriptor: Json): string {
  const kind = textAt(descriptor, 'kind') ?? '';
  return Object.hasOwn(SIGNED, kind) ? SIGNED[kind as SignedKind] : 'file of unknown kind';
}

/** What the HSM is asked to do, in one sentence without a full stop. */
export function describeDescriptor(descriptor: Json): string {
  const label = textAt(descriptor, 'label') ?? '';
  switch (textAt(descriptor, 'op')) {
    case 'prepare-token':
      return `initialise the token as "${label}" and set its PINs from ${listAt(descriptor, 'sets').length} share sets`;
    case 'rotate-activation': {
      const finishes = textAt(descriptor, 'adopts') !== undefined;
      return `${finishes ? 'finish the change of' : 'change'} the ${pinOf(descriptor)} of the token, from a new share set in place of the old one`;
    }
    case 'generate-key':
      return `generate the key pair "${label}" (${textAt(descriptor, 'algorithm') ?? ''})${valueAt(descriptor, 'wrappable') === true ? ', which may leave the HSM wrapped' : ''}`;
    case 'sign':
      return `sign the ${signedKind(descriptor)} ${textAt(descriptor, 'out') ?? ''}`;
    case 'sign-list':
      return `sign ${listAt(descriptor, 'items').length} certificates in one list`;
    case 'prove-key': {
      const certificate = textAt(descriptor, 'certificate', 'name');
      const which = certificate === undefined ? 'a key' : `the key of the certificate "${certificate}"`;
      return `have ${which} sign that it is on this HSM`;
    }
    case 'wrap-key':
      return `let the key leave the HSM wrapped, by ${textAt(descriptor, 'algorithm') ?? ''}, into ${textAt(descriptor, 'out') ?? ''}, opened by ${String(valueAt(descriptor, 'set', 'threshold') ?? '')} of ${listAt(descriptor, 'set', 'shares').length} custodians`;
    case 'unwrap-key':
      return `${textAt(descriptor, 'adopts') === undefined ? '' : 'destroy what was left half restored, and '}restore the key "${label}" on this HSM from the wrapped key with SHA-256 ${textAt(descriptor, 'blob', 'sha256') ?? ''}`;
    case 'inventory':
      return 'list every object on the token';
    case 'destroy-key':
      return `${textAt(descriptor, 'adopts') === undefined ? '' : 'finish what was begun: '}destroy the key "${label}" on this HSM`;
    case 'zeroize-token':
      return `erase the token "${label}", ${keysWith(listAt(descriptor, 'destroys').length)}`;
    case 'set-key-state':
      return `decide that the key is ${textAt(descriptor, 'to') ?? ''}, and not ${textAt(descriptor, 'from') ?? ''} any more: ${textAt(descriptor, 'reason') ?? ''}`;
    case 'record-loss':
      return `record that a thing is ${textAt(descriptor, 'to') ?? ''}, ${textAt(descriptor, 'to') === 'found' ? 'on' : 'since'} ${textAt(descriptor, 'since') ?? ''}: ${textAt(descriptor, 'kind') ?? ''} ${textAt(descriptor, 'thing') ?? ''}; ${textAt(descriptor, 'how') ?? ''}`;
    default:
      return textAt(descriptor, 'op') ?? 'an unnamed operation';
  }
}

function keysWith(count: number): string {
  if (count === 0) return 'on which no key is known to be';
  return count === 1
    ? 'with the one key that is known to be on it'
    : `with the ${count} keys that are known to be on it`;
}
