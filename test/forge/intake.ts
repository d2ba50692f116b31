import { createPrivateKey, createPublicKey } from 'node:crypto';
import { sha256 } from '../../src/base/digest.ts';
import { requestOf, spkiOf } from '../pki/requests.ts';
import type { RecordOptions } from './record.ts';

/* A root generation in a room where custody is kept, in which a certificate request comes in too. */

const KEY = `-----BEGIN PRIVATE KEY-----
MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDBlpEWCm2eNuv02MYt1
pOUEs4Rw3gs5754l15R7Q65rMWgztMiS40uV8IhKGH1kqHyhZANiAASQ4AjF835l
aH6OlieLYSpInxs8X2S4mFo6FYEFvtkRK3v4GgNJ6GGxtBq7dJxI5U3r+RfAYQn6
bjVZcwJOcZmiB54qgmXrYlWbg25Q/ATRJFysLpAosDvbuoQ+L8UXaCo=
-----END PRIVATE KEY-----
`;

/** The key of the request: P-384, the same in every run. */
export const PAIR = (() => {
  const privateKey = createPrivateKey(KEY);
  return { privateKey, publicKey: createPublicKey(privateKey) };
})();

export const REQUEST = requestOf({ key: PAIR, signedWith: 'ecdsa-with-SHA384' });
export const SPKI_SHA256 = sha256(spkiOf(PAIR));

/** Mount point of the medium on which it comes. */
export const INBOX = '/media/i1';
export const FILE = 'ca-1.csr';

const ACT = `  - title: The request
    steps:
      - { id: read-request, step: read-input, by: administrator, check: auditor, with: { input: request } }
      - { id: spki, step: compare, by: safe-controller, check: [witness, auditor], say: "From their own paper.", with: { value: request.spki, against: authorization } }
      - { id: differences, step: confirm, by: administrator, check: auditor, say: "Read aloud what it will not get.", show: request.differences }
`;

export function withRequest(script: string): string {
  return script
    .replace(
      'materials:\n',
      'inputs:\n  request: { type: csr, key: ecdsa-p384, on: inbox, spki: independent }\nmaterials:\n  inbox: { kind: medium, holds: inputs, arrives: open }\n',
    )
    .replace('  - title: Judgement', `${ACT}  - title: Judgement`)
    .replace(
      '      - { id: close,',
      '      - { id: inbox-away, step: hand-over, by: administrator, check: witness, with: { item: inbox, to: requester } }\n      - { id: close,',
    );
}

const ISSUE = `  - title: Issue
    activation: { hold: PT20M, operations: 1 }
    steps:
      - { id: tls-agreed, step: approve, by: administrator, check: auditor, with: { operations: [tls-ca] } }
      - id: tls-ca
        step: issue-intermediate
        with:
          issuer: root
          key: root
          request: request
          profile: tls-ca
          subject: { C: US, O: Example Org, CN: Requested TLS CA }
          not-before: { at: proposal, floor: PT1M }
          not-after: { from: not-before, plus: P5Y, minus: PT1S, at-most: root.not-after }
        out: tls-ca.crt
        makes: { certificate: tls-ca }
      - { id: tls-lock, step: deactivate, by: administrator, check: witness, with: { token: root-hsm } }
`;
/** The request comes in, and a CA below the root gets its certificate: `tls-ca.crt`. @param profile in YAML, on one line */
export function withIssued(script: string, profile: string): string {
  return withRequest(script)
    .replace('  - title: Judgement', `${ISSUE}  - title: Judgement`)
    .replace(/^( {2}root: *\{ extends: root-ca.*\n)/m, `$1  tls-ca: ${profile}\n`);
}

export function withInbox(site: string): string {
  return site.replace('media:\n', `inputs:\n  request: { file: ${FILE} }\nmedia:\n  inbox: [{ at: ${INBOX} }]\n`);
}

/** @param files on the medium: what is put there meanwhile is there */
export function intake(files: Map<string, Uint8Array> = new Map([[FILE, REQUEST]])): RecordOptions {
  return {
    vault: true,
    script: withRequest,
    site: withInbox,
    brought: new Map([[INBOX, files]]),
    references: { 'request-spki': SPKI_SHA256 },
  };
}
