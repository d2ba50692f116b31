import assert from 'node:assert/strict';

const BACKED_UP = `  - title: Backup
    steps:
      - { id: backup, step: back-up-key, by: administrator, check: witness, with: { key: root, token: root-hsm, holders: crypto-officer, envelopes: kek-envelopes, backups: backups } }
`;

export const BACKUP_MEDIA = { envelopes: 2, evidence: 2, publish: 2, 'kek-envelopes': 2, backups: 2 };

/** The ceremony of the root as it ships, with a key that may leave its HSM wrapped, and does. */
export function withBackup(text: string): string {
  const [lock = ''] = /^ +- \{ id: lock,.*\n/m.exec(text) ?? [];
  assert.notEqual(lock, '');
  return text
    .replace('algorithm: ecdsa-p384 }', 'algorithm: ecdsa-p384, wrappable: true }')
    .replace(lock, `${lock}${BACKED_UP}`);
}
