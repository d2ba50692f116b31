import { sign } from 'node:crypto';
import { sha256 } from '../../src/base/digest.ts';
import { bitString, raw, sequence } from '../../src/der/writer.ts';
import { foreignRoot, type Signer } from '../../src/rehearsal/foreign-root.ts';
import { SIGNATURE_ALGORITHMS } from '../../src/x509/signature.ts';
import { spkiOf } from '../pki/requests.ts';
import { INBOX, PAIR } from './intake.ts';
import { listOf } from './listing.ts';
import type { RecordOptions } from './record.ts';

/* A root generation in whose room another root of the same organisation, on the second HSM, is adopted. */

/** The label that its key has on its HSM. */
export const OLD_LABEL = 'rehearsal-old-root';

const [ALGORITHM] = SIGNATURE_ALGORITHMS.filter(({ name }) => name === 'ecdsa-with-SHA384');

export function signerOf(pair = PAIR): Signer {
  const algorithm = ALGORITHM?.der ?? new Uint8Array();
  return {
    spki: spkiOf(pair),
    algorithm,
    signed: async (part) => {
      const signature = sign('sha384', part, { key: pair.privateKey, dsaEncoding: 'der' });
      return sequence(part, raw(algorithm), bitString(signature));
    },
  };
}

export const OLD = await foreignRoot(signerOf(), 'REHEARSAL Old Root', '2027-03-10T08:00:00Z', { listed: 1 });

const READ = (name: string) =>
  `      - { id: read-${name}, step: read-input, by: administrator, check: auditor, with: { input: ${name} } }\n`;

const ADOPT = `${READ('old-root')}${READ('old-crl')}${READ('old-issued')}      - id: adopt
        step: adopt-ca
        by: safe-controller
        check: [witness, auditor]
        say: "Say where else the key is."
        with: { token: backup-hsm, label: old-root, certificate: old-root, crl: old-crl, issued: old-issued }
        fields: { first-copy: { type: text }, second-copy: { type: text } }
        makes: { key: old-root }
`;

export function withAdoption(script: string): string {
  return script
    .replace('first-crl, backup]', 'first-crl, adopt-ca]')
    .replace('backup-hsm: { expect: blank,', 'backup-hsm: { expect: adopted,')
    .replace(
      'materials:\n',
      `inputs:
  old-root: { type: certificate, on: inbox, sha256: independent }
  old-crl: { type: crl, issuer: old-root, on: inbox }
  old-issued: { type: issued-list, issuer: old-root, on: inbox }
materials:
  inbox: { kind: medium, holds: inputs, arrives: open }
`,
    )
    .replace(/ {6}- \{ id: clone, .*\n {6}- \{ id: same-key, .*\n/, ADOPT)
    .replace(
      '      - { id: close,',
      '      - { id: inbox-away, step: hand-over, by: administrator, check: witness, with: { item: inbox, to: operator } }\n      - { id: close,',
    );
}

export function adopting(): RecordOptions {
  const files = new Map([
    ['old-root.crt', OLD.der],
    ['old-crl.crl', OLD.crl],
    ['old-issued.pem', listOf([OLD.der, ...OLD.issued])],
  ]);
  return {
    example: true,
    script: withAdoption,
    site: (text) =>
      text.replace('media:\n', `media:\n  inbox: [{ at: ${INBOX} }]\n`).replace(/vendor-sheets:\n.*\n/, ''),
    brought: new Map([[INBOX, files]]),
    references: { 'old-root-sha256': sha256(OLD.der) },
  };
}
