import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type KeyState, signs } from '../quorum/key-states.ts';
import type { Operation } from '../quorum/operation.ts';
import type { Done } from './done.ts';
import type { HsmSession } from './hsm.ts';

type Decision = Extract<Operation, { op: 'set-key-state' }>;

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

  /** @throws CeremonyError DESCRIPTOR_INVALID for a signature with a key that signs nothing in its state */
  holdUse(operation: Operation): void {
    if (operation.op !== 'sign' && operation.op !== 'sign-list') return;
    const state = this.#of(operation.key);
    if (signs(state)) return;
    throw new CeremonyError(
      'DESCRIPTOR_INVALID',
      `the key ${operation.key} is ${state}: nothing is signed with it (SP 800-57 part 1 §7)`,
      { hint: 'the quorum decides about the state of a key, in a "set-key-state" step; what is compromised stays so' },
    );
  }

  decide({ key, to }: Decision): void {
    this.#states.set(key, to);
  }

  #of(key: Sha256): KeyState {
    return this.#states.get(key) ?? 'active';
  }
}

/** Nothing is done on the HSM: what people have approved is all of it. */
export function decided({ key, from, to }: Decision, hsm: HsmSession): Done {
  return { facts: { key, from, to, protection: hsm.protection }, bytes: new Uint8Array(0) };
}
