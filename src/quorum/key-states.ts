import type { Sha256 } from '../base/digest.ts';
import type { Shape } from './shape.ts';

/** The states of a key (NIST SP 800-57 part 1 rev. 5 §7). */
export const KEY_STATES = ['pre-activation', 'active', 'suspended', 'deactivated', 'compromised', 'destroyed'] as const;

export type KeyState = (typeof KEY_STATES)[number];

/** What people can decide; a key is destroyed by an operation on an HSM, and by no decision. */
export const DECIDED_STATES = ['active', 'suspended', 'deactivated', 'compromised'] as const;
export type DecidedState = (typeof DECIDED_STATES)[number];

/**
 * State → the states that may follow it (SP 800-57 part 1 rev. 5 §7.1 to §7.6, figure 3). What was compromised before it was
 * destroyed is `destroyed` since revision 4; that it was compromised its history says.
 */
const NEXT: Readonly<Record<KeyState, readonly KeyState[]>> = {
  'pre-activation': ['active', 'compromised', 'destroyed'],
  active: ['suspended', 'deactivated', 'compromised', 'destroyed'],
  suspended: ['active', 'deactivated', 'compromised', 'destroyed'],
  deactivated: ['compromised', 'destroyed'],
  compromised: ['destroyed'],
  destroyed: [],
};

/** @param from null for a key that was not there: it is generated, or was in use before it was adopted */
export function mayBecome(from: KeyState | null, to: KeyState): boolean {
  if (from === null) return to === 'pre-activation' || to === 'active';
  return NEXT[from].includes(to);
}

/** In words, for messages: `active, suspended`. */
export function nextStates(from: KeyState): string {
  return NEXT[from].join(', ') || 'nothing';
}

/** Why somebody destroys a key or decides about its state: one line. */
export const REASON = /^[^\p{C}]{1,400}$/u;

/**
 * Whether a key signs certificates, CRLs, requests or OCSP responses: "a suspended, deactivated or compromised key shall not be
 * used to apply cryptographic protection" (SP 800-57 part 1 rev. 5 §7.3 to §7.5), and a CRL is protection like any other.
 * One that only owes CRLs stays active until its last one. One that is not active yet shows that it is there, and no more (§7.1).
 */
export function signs(state: KeyState): boolean {
  return state === 'active';
}

/** A decision of the quorum about a key: no HSM does anything for it. */
export interface SetKeyState {
  readonly op: 'set-key-state';
  /** SHA-256 of its SubjectPublicKeyInfo. */
  readonly key: Sha256;
  readonly from: KeyState;
  readonly to: DecidedState;
  /** Why: one line. */
  readonly reason: string;
}

/** @throws CeremonyError DESCRIPTOR_INVALID */
export function readSetKeyState(shape: Shape): SetKeyState {
  return {
    op: 'set-key-state',
    key: shape.digest('key'),
    from: shape.literal('from', ...KEY_STATES),
    to: shape.literal('to', ...DECIDED_STATES),
    reason: shape.text('reason', REASON),
  };
}

/** Lines of the approval screen. */
export function keyStateLines({ key, from, to, reason }: SetKeyState, shown: (text: string) => string): string[] {
  return [
    `key         ${key}`,
    `from        ${from}`,
    `to          ${to.toUpperCase()}`,
    `why         ${shown(reason)}`,
    `then        ${signs(to) ? 'it signs again what the quorum approves' : 'nothing is signed with it any more, no CRL either'}`,
    'logs in     never: nothing is done on the HSM',
  ];
}
