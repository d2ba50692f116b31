import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';

const YEARLY = join(PROGRAM_ROOT, 'test', 'script', 'examples', 'crl-refresh.yaml');

/** Each must be there, so that a change of the script does not empty it unseen. */
const CHANGES: readonly (readonly [RegExp, string])[] = [
  [/^inputs:\n(?: .*\n)+/m, ''],
  [/^ +- \{ id: read-crl,.*\n/m, ''],
  [/^ +- \{ id: read-revocations,.*\n/m, ''],
  [/, revoke: revocations/, ''],
  [
    /^ +- \{ id: laptop-out,/m,
    '      - { id: image, step: compare, by: administrator, check: witness, with: { value: system-image, against: authorization } }\n$&',
  ],
];

/** The yearly CRL as crypto officers drew it up, but for files that come in, and with the image compared. */
export function yearlyScript(): string {
  return CHANGES.reduce(
    (text, [wanted, now]) => {
      if (!wanted.test(text)) throw new Error(`the script of the yearly CRL is another: ${wanted} is not in it`);
      return text.replace(wanted, now);
    },
    readFileSync(YEARLY, 'utf8'),
  );
}

/** Both share sets of a root that is there are replaced; nothing is signed. Its envelopes are no material. */
export const NEW_SHARES = `quorate: 1
ceremony:
  title: Example Root CA G1, new shares
  objectives: [rotation]
  policy: Example CPS 1.2, section 6.2
  place: Class 5 vault
rules: [rfc5280, cabf-tls]
seats:
  administrator:  { of: 1, duties: Conducts }
  crypto-officer: { of: 5, present: 5, duties: Present their token }
  witness:        { of: 1, duties: Checks each step }
quorums: { administer: 3, inventory: 3 }
uses:
  root-key: { key: root, of: example-root-g1 }
tokens:
  root-hsm: { expect: ledger }
acts:
  - title: Opening
    steps:
      - { id: documents, step: compare, by: administrator, check: all, with: { values: [authorization], against: print } }
      - { id: clock, step: check-clock, by: administrator, check: witness, with: { references: 2, tolerance: PT1M } }
      - { id: environment, step: check-environment, by: administrator, check: witness }
      - { id: roll-call, step: roll-call, each: crypto-officer, check: witness }
      - { id: hsm-seen, step: inspect-token, by: administrator, check: witness, with: { token: root-hsm, level: public } }
  - title: New shares
    steps:
      - { id: rotate-user, step: rotate-activation, by: administrator, check: witness, with: { token: root-hsm, set: user, holders: crypto-officer, envelopes: envelopes } }
      - { id: rotate-so, step: rotate-activation, by: administrator, check: witness, with: { token: root-hsm, set: security-officer, holders: crypto-officer, envelopes: envelopes } }
      - { id: agreed, step: approve, by: administrator, check: witness, with: { operations: [hsm-full] } }
      - { id: hsm-full, step: inspect-token, with: { token: root-hsm, level: full } }
      - { id: sign-off, step: sign-off, each: all }
  - title: End
    always: true
    steps:
      - { id: close, step: close, by: administrator, check: witness }
`;
