import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { type Octets, wholeOf } from '../base/octets.ts';
import { sameBytes } from '../der/reader.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type KeyState, signs } from '../quorum/key-states.ts';
import type { Operation } from '../quorum/operation.ts';
import { parseTbsCertificate } from '../x509/certificate.ts';
import type { Done } from './done.ts';
import type { HsmSession } from './hsm.ts';
import type { OpenProposal } from './proposals.ts';

type Decision = Extract<Operation, { op: 'set-key-state' }>;

/** What a proposal would have signed. */
type Signing = Pick<OpenProposal, 'descriptor' | 'payload'>;

/** In which state each key is: by the ledger, and by what the quorum has decided since. */
export class KeyStates {
  readonly #states: Map<Sha256, KeyState>;

  constructor(ledger: Pick<Ledger, 'keys'> | null) {
    this.#states = new Map(ledger?.keys.map(({ spkiSha256, state }) => [spkiSha256, state]));
  }

  /** @throws CeremonyError HSM_OBJECT_MISSING, DESCRIPTOR_INVALID where the key is in another state than it is said to be */
  judge({ key, from }: Decision, hsm: HsmSession): void {
    if (!hsm.keys.has(key))
      throw new CeremonyError(
        'HSM_OBJECT_MISSING',
        `no key with SPKI digest ${key} is known on "${hsm.authorized.name}"`,
      );
    const state = this.#of(key);
    if (state !== from)
      throw new CeremonyError(
        'DESCRIPTOR_INVALID',
        `the key ${key} is ${state}, and the descriptor says that it is ${from}`,
      );
  }

  /**
   * @param payload what would be signed
   * @param open what was proposed before it and is to be done first: the certificate with which a key becomes active may be there
   * @throws CeremonyError DESCRIPTOR_INVALID for a signature with a key that signs nothing in its state; DER_INVALID
   */
  holdUse(operation: Operation, payload: Octets | null, open: readonly Signing[] = []): void {
    if (operation.op !== 'sign' && operation.op !== 'sign-list') return;
    const state = this.#of(operation.key);
    if (signs(state)) return;
    if (state === 'pre-activation') {
      if (open.some((one) => certifies(one, operation.key))) return;
      holdFirstUse(operation, payload as Octets);
      return;
    }
    throw new CeremonyError(
      'DESCRIPTOR_INVALID',
      `the key ${operation.key} is ${state}: nothing is signed with it (SP 800-57 part 1 §7)`,
      { hint: 'the quorum decides about the state of a key, in a "set-key-state" step; what is compromised stays so' },
    );
  }

  decide({ key, to }: Decision): void {
    this.#states.set(key, to);
  }

  /** A certificate was signed: the key that it names is in use from here on, if it was not before. */
  certified(payload: Octets): void {
    this.activate(sha256(parseTbsCertificate(wholeOf(payload)).spki.der));
  }

  /** What has another state than that of its birth keeps it. */
  activate(key: Sha256): void {
    if (this.#of(key) === 'pre-activation') this.#states.set(key, 'active');
  }

  /** One that no ledger has was made here, and is not in use before it is certified. */
  #of(key: Sha256): KeyState {
    return this.#states.get(key) ?? 'pre-activation';
  }
}

/** Whether it is a certificate of that key; it was judged when it was proposed, so that it can be read. */
function certifies({ descriptor: { operation }, payload }: Signing, key: Sha256): boolean {
  if (operation.op !== 'sign' || operation.kind !== 'certificate' || payload === null) return false;
  return sha256(parseTbsCertificate(wholeOf(payload)).spki.der) === key;
}

/**
 * A key that is not active yet shows that it is possessed, by a request for it, or becomes active with its own certificate
 * (SP 800-57 part 1 §7.1).
 */
function holdFirstUse(operation: Extract<Operation, { op: 'sign' | 'sign-list' }>, payload: Octets): void {
  if (operation.op === 'sign' && operation.kind === 'request') return;
  if (operation.op === 'sign' && operation.kind === 'certificate') {
    const { spki, issuer, subject } = parseTbsCertificate(wholeOf(payload));
    if (sha256(spki.der) === operation.key && sameBytes(issuer.der, subject.der)) return;
  }
  throw new CeremonyError(
    'DESCRIPTOR_INVALID',
    `the key ${operation.key} is in pre-activation: it signs a request for itself, or its own certificate, and nothing else (SP 800-57 part 1 §7.1)`,
    { hint: 'a key is in use once this CA has certified it, or once the quorum decides so, in a "set-key-state" step' },
  );
}

/** Nothing is done on the HSM: what people have approved is all of it. */
export function decided({ key, from, to }: Decision, hsm: HsmSession): Done {
  return { facts: { key, from, to, protection: hsm.protection }, bytes: new Uint8Array(0) };
}
