import { folderIntake, withFolder } from './folder-intake.ts';
import type { RecordOptions } from './record.ts';

/* A root generation in which a certificate is issued for every request of a folder. */

const ACT = `  - title: Issue
    activation: { hold: PT20M, operations: 1 }
    steps:
      - { id: batch-agreed, step: approve, by: administrator, check: auditor, with: { operations: [devices] } }
      - id: devices
        step: issue-batch
        with:
          input: requests
          issuer: root
          key: root
          profile: device-ca
          subject: { C: US, O: Example Org }
          not-before: { at: proposal, floor: PT1M }
          not-after: { from: not-before, plus: P5Y, minus: PT1S, at-most: root.not-after }
      - { id: batch-lock, step: deactivate, by: administrator, check: witness, with: { token: root-hsm } }
`;
const PROFILE =
  '{ extends: device-ca, ca-issuers: "http://pki.example.com/r.crt", crl: "http://pki.example.com/r.crl" }';

export function withBatch(script: string): string {
  return withFolder(script)
    .replace(/^rules: .*$/m, 'rules: [rfc5280, private]')
    .replace('  - title: Judgement', `${ACT}  - title: Judgement`)
    .replace(/^( {2}root: *\{ extends: root-ca.*\n)/m, `$1  device-ca: ${PROFILE}\n`);
}

/** @param script what else becomes of the script */
export function batch(script: (text: string) => string = (text) => text): RecordOptions {
  return { ...folderIntake(), script: (text) => script(withBatch(text)) };
}
