import { readFileSync } from 'node:fs';

/** The script of the forge with a second HSM and an act in which the key is copied to it. */
export function withBackup(text: string): string {
  return text
    .replace('objectives: [root-key-generation, first-crl]', 'objectives: [root-key-generation, first-crl, backup]')
    .replace('  root-hsm: { expect: blank }\n', '  root-hsm: { expect: blank }\n  backup-hsm: { expect: blank }\n')
    .replace('evidence: [video, ink-pages]', 'evidence: [video, ink-pages, vendor-log]')
    .replace('  - title: Judgement\n', `${BACKUP}  - title: Judgement\n`);
}

const BACKUP = `  - title: Backup by the vendor's means
    steps:
      - { id: clone, step: vendor, by: administrator, check: auditor, say: "Follow the sheet.", with: { tokens: [root-hsm, backup-hsm], sheet: clone, log: vendor-log, changes: { backup-hsm: { adds: [root] } } } }
      - { id: same-key, step: prove-copy, with: { key: root, tokens: [root-hsm, backup-hsm] } }
`;

/** The root generation that ships, with the same act. */
export function shippedWithBackup(): string {
  const text = readFileSync(new URL('../../ceremonies/root-generation.yaml', import.meta.url), 'utf8');
  return withBackup(
    text
      .replace(/^evidence: .*\n/m, '')
      .replace(/^acts:/m, 'evidence: [video, ink-pages]\nacts:')
      .replace(/^( *)root-hsm: *\{ expect: blank.*$/m, '  root-hsm: { expect: blank }')
      .replace('- title: Judgement, while the quorum is still here', '- title: Judgement'),
  );
}
