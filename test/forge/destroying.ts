import type { RecordOptions } from './record.ts';

const LOCK = /^ +- \{ id: lock,.*\n/m;

const DESTROYED = `  - title: Destruction
    steps:
      - { id: destroyed, step: destroy-key, by: administrator, check: witness, say: "Destroy the root key.", with: { key: root, token: root-hsm, last: true } }
`;

/** The forge's script, but the root key is destroyed when its CRL is there. */
export function destroyingScript(text: string): string {
  const [lock] = LOCK.exec(text) ?? [];
  if (lock === undefined) throw new Error('the script of the forge is another');
  return text.replace(lock, `${lock}${DESTROYED}`).replace('sign: 3 }', 'sign: 3, destroy: 3 }');
}

/** The forge's ceremony, at the end of which its key is destroyed. */
export const destroying: RecordOptions = { script: destroyingScript };
