import type { RecordOptions } from './record.ts';

/* A root generation in whose room another organisation is asked for a certificate of a second key. */

const REQUEST = `      - id: asked
        step: make-csr
        with: { key: issuing, profile: issuing, subject: { C: US, O: Example Org, CN: Example Issuing CA 1 } }
        out: issuing.csr
`;

/** @param request its step, or what is put in the place of it */
export function withRequest(script: string, request = REQUEST): string {
  return script
    .replace('  root: { extends: root-ca }\n', `  root: { extends: root-ca }\n${PROFILE}`)
    .replace('operations: 4 }', 'operations: 6 }')
    .replace('operations: [hsm-empty, root-key]', 'operations: [hsm-empty, root-key, issuing-key]')
    .replace('operations: [root-certificate, first-crl]', 'operations: [root-certificate, first-crl, asked]')
    .replace(/^( {6}- \{ id: root-key,.*\n)/m, `$1${KEY}`)
    .replace('value: root-key.spki, against: paper', 'values: [root-key.spki, issuing-key.spki], against: paper')
    .replace('      - { id: lock,', `${request}      - { id: lock,`);
}

/** Policies and addresses are for the other CA to say, and are not asked for. */
const PROFILE =
  '  issuing: { extends: tls-issuing-ca, policies: [2.23.140.1.2.1], ca-issuers: "http://pki.example.net/root.crt", crl: "http://pki.example.net/root.crl" }\n';

const KEY =
  '      - { id: issuing-key, step: generate-key, with: { token: root-hsm, label: issuing, algorithm: ecdsa-p384 }, makes: { key: issuing } }\n';

/** @param change of the step's lines */
export function requesting(change: (request: string) => string = (request) => request): RecordOptions {
  return { script: (text) => withRequest(text, change(REQUEST)) };
}
