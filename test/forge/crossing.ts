import { sha256 } from '../../src/base/digest.ts';
import { partnerRoot } from '../pki/partner.ts';
import { INBOX, PAIR } from './intake.ts';
import type { RecordOptions } from './record.ts';

/* A root generation in whose room the root of another organisation is certified as well. */

export const PARTNER_FILE = 'partner.crt';
export const PARTNER_ROOT = partnerRoot({ key: PAIR });

const CROSS = `      - id: cross
        step: issue-cross-certificate
        with:
          issuer: root
          key: root
          existing: partner-root
          profile: cross
          not-before: { at: proposal, floor: PT1M }
          not-after: { from: not-before, plus: P3Y, minus: PT1S, at-most: root.not-after }
        out: partner.crt
        makes: { certificate: partner }
`;

/** @param cross its step */
export function withCross(script: string, cross = CROSS): string {
  return script
    .replace('rules: [rfc5280, cabf-tls]', 'rules: [rfc5280]')
    .replace('objectives: [', 'objectives: [issue-cross-certificate, ')
    .replace(
      '  root: { extends: root-ca }\n',
      '  root: { extends: root-ca }\n  cross: { extends: cross-ca, policies: [2.23.140.1.2.1], crl: "http://pki.example.com/root.crl" }\n',
    )
    .replace(
      'materials:\n',
      'inputs:\n  partner-root: { type: certificate, key: ecdsa-p384, on: inbox, sha256: independent }\nmaterials:\n  inbox: { kind: medium, holds: inputs, arrives: open }\n',
    )
    .replace(
      '  - title: Root key\n',
      '  - title: The other root\n    steps:\n      - { id: read-partner, step: read-input, by: administrator, check: auditor, with: { input: partner-root } }\n  - title: Root key\n',
    )
    .replace('operations: 4 }', 'operations: 5 }')
    .replace('operations: [root-certificate, first-crl]', 'operations: [root-certificate, cross, first-crl]')
    .replace('      - { id: first-crl,', `${cross}      - { id: first-crl,`)
    .replace(
      '      - { id: close,',
      '      - { id: inbox-away, step: hand-over, by: administrator, check: witness, with: { item: inbox, to: partner } }\n      - { id: close,',
    );
}

/** @param brought what lies on the medium */
export function crossing(brought: Uint8Array = PARTNER_ROOT): RecordOptions {
  return {
    vault: true,
    script: (text) => withCross(text),
    site: (text) =>
      text.replace(
        'media:\n',
        `inputs:\n  partner-root: { file: ${PARTNER_FILE} }\nmedia:\n  inbox: [{ at: ${INBOX} }]\n`,
      ),
    brought: new Map([[INBOX, new Map([[PARTNER_FILE, brought]])]]),
    references: { 'partner-root-sha256': sha256(PARTNER_ROOT) },
  };
}
