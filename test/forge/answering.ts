import { withHierarchy } from './hierarchy.ts';
import type { RecordOptions } from './record.ts';

/* A root with two issuing CAs that answers beforehand: about one by a responder, whose key is on the same HSM, and about the other itself. */

const answers = (id: string, certificate: string, responder: string) => `      - id: ${id}
        step: presign-ocsp
        with:
          issuer: root
          certificates: [${certificate}]${responder}
          crl: root
          this-update: { at: proposal, floor: PT1M }
          next-update: { from: this-update, plus: P364D }
        out: ${id}.ors
`;

const RESPONDER = `      - id: responder
        step: issue-ocsp-responder
        with:
          issuer: root
          subject-key: ocsp
          profile: responder
          subject: { C: US, O: Example Org, CN: Example Root CA G1 OCSP 1 }
          not-before: { at: proposal, floor: PT1M }
          not-after: { from: not-before, plus: P1Y, minus: PT1S, at-most: root.not-after }
        out: ocsp.crt
        makes: { certificate: responder }
`;

const KEY =
  '      - { id: ocsp-key, step: generate-key, with: { token: root-hsm, label: ocsp, algorithm: ecdsa-p384 }, makes: { key: ocsp } }\n';
const AGREED = '      - { id: answers-agreed, step: approve, with: { operations: [answers, own-answers] } }\n';

/** The script of the forge with all of that. */
export function withAnswers(text: string): string {
  return withHierarchy(text)
    .replace(
      'root: { extends: root-ca }',
      'root: { extends: root-ca, key-usage: [digitalSignature, keyCertSign, cRLSign] }',
    )
    .replace('  tls-ca:\n', '  responder: { extends: ocsp-responder }\n  tls-ca:\n')
    .replace('operations: 8 }', 'operations: 12 }')
    .replace('key-1, key-2] }', 'key-1, key-2, ocsp-key] }')
    .replace('tls-ca-2, first-crl]', 'tls-ca-2, responder, first-crl]')
    .replace('key-2.spki]', 'key-2.spki, ocsp-key.spki]')
    .replace(/^( {6}- \{ id: key-2,.*\n)/m, `$1${KEY}`)
    .replace('      - { id: first-crl,', `${RESPONDER}      - { id: first-crl,`)
    .replace(
      '      - { id: lock,',
      `${AGREED}${answers('answers', 'tls-ca-1', '\n          responder: responder')}${answers('own-answers', 'tls-ca-2', '')}      - { id: lock,`,
    );
}

/** As it is: the forge knows a record by the text of its functions. */
export function answering(): RecordOptions {
  return { script: withAnswers };
}
