import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';

const SHIPPED = join(PROGRAM_ROOT, 'ceremonies', 'root-generation.yaml');

const CRL = /^ +- \{ id: first-crl,.*\n/m;
const LOCK = /^ +- \{ id: lock,.*\n/m;

const ROTATED = `  - title: New shares
    steps:
      - { id: rotate-user, step: rotate-activation, by: administrator, check: witness, with: { token: root-hsm, set: user, holders: crypto-officer, envelopes: envelopes } }
      - { id: rotate-so, step: rotate-activation, by: administrator, check: witness, with: { token: root-hsm, set: security-officer, holders: crypto-officer, envelopes: envelopes } }
  - title: First CRL
    activation: { hold: PT30M, operations: 1 }
    steps:
      - { id: crl-agreed, step: approve, by: administrator, check: auditor, with: { operations: [first-crl] } }
`;

/** The shipped script, but both share sets are replaced when the root has its certificate, and the new ones sign its CRL. */
export function rotatingScript(text = readFileSync(SHIPPED, 'utf8')): string {
  const [crl] = CRL.exec(text) ?? [];
  const [lock] = LOCK.exec(text) ?? [];
  if (crl === undefined || lock === undefined) throw new Error('the shipped script is another');
  return text
    .replace('[root-certificate, first-crl]', '[root-certificate]')
    .replace(crl, '')
    .replace(lock, `${lock}${ROTATED}${crl}${lock.replace('id: lock', 'id: lock-again')}`);
}
