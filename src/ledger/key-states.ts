/** The states of a key (NIST SP 800-57 part 1 rev. 5 §7). */
export const KEY_STATES = ['pre-activation', 'active', 'suspended', 'deactivated', 'compromised', 'destroyed'] as const;

export type KeyState = (typeof KEY_STATES)[number];
