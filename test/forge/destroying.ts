import type { RecordOptions } from './record.ts';

const LOCK = /^ +- \{ id: lock,.*\n/m;

const DESTROYED = `  - title: Destruction
    steps:
      - { id: destroyed, step: destroy-key, by: administrator, check: witness, say: "Destroy the root key.", with: { key: root, token: root-hsm, reason: "Its time is over.", last: true } }
`;

/** The forge's script, but the root key is destroyed when its CRL is there. */
export function destroyingScript(text: string): string {
  const [lock] = LOCK.exec(text) ?? [];
  if (lock === undefined) throw new Error('the script of the forge is another');
  return text.replace(lock, `${lock}${DESTROYED}`).replace('sign: 3 }', 'sign: 3, destroy: 3 }');
}

/** The forge's ceremony, at the end of which its key is destroyed. */
export const destroying: RecordOptions = { script: destroyingScript };

/** The forge's script, but the HSM is erased when the CRL is there, and the root key with it. */
export function erasingScript(text: string): string {
  return destroyingScript(text).replace(
    /^ +- \{ id: destroyed,.*\n/m,
    '      - { id: erased, step: zeroize-token, by: administrator, check: witness, say: "Erase it.", with: { token: root-hsm, reason: "Its time is over.", destroys: [root], last: [root] } }\n',
  );
}

export const erasing: RecordOptions = { script: erasingScript };

const DECIDED = `  - title: States
    steps:
      - { id: suspended, step: set-key-state, by: administrator, check: witness, with: { key: root, state: suspended, reason: "An alarm of the vault." } }
      - { id: cleared, step: set-key-state, by: administrator, check: witness, with: { key: root, state: active, reason: "It was a cat." } }
      - { id: ended, step: set-key-state, by: administrator, check: witness, with: { key: root, state: deactivated, reason: "Its successor signs." } }
`;

/** The forge's script, but the quorum decides about the state of its key when the CRL is there. */
export function decidingScript(text: string): string {
  const [lock] = LOCK.exec(text) ?? [];
  if (lock === undefined) throw new Error('the script of the forge is another');
  return text.replace(lock, `${lock}${DECIDED}`);
}

export const deciding: RecordOptions = { script: decidingScript };

/** The same as where the key is destroyed, and accounted for. */
export function accountingScript(text: string): string {
  return destroyingScript(text).replace(
    /^( +- \{ id: destroyed,.*\n)/m,
    '$1      - { id: accounted, step: destruction-record, by: administrator, check: witness, with: { key: root } }\n',
  );
}

export const accounting: RecordOptions = { script: accountingScript };
