/** Fields of both issuing CAs: what lies at one place for all certificates of the root. */
const PROFILE = `  tls-ca:
    extends: tls-issuing-ca
    policies: [2.23.140.1.2.1]
    ca-issuers: http://pki.example.com/root.crt
    crl: http://pki.example.com/root.crl
`;

/** The script of the forge with two issuing CAs below its root, their keys on the same HSM; the first CRL comes last. */
export function withHierarchy(text: string): string {
  const crl = /^ {6}- \{ id: first-crl,.*\n/m.exec(text)?.[0] ?? '';
  return text
    .replace(
      'objectives: [root-key-generation, first-crl]',
      'objectives: [root-key-generation, issue-subordinate, first-crl]',
    )
    .replace('rules: [rfc5280, cabf-tls]', 'rules: [rfc5280]')
    .replace('  root: { extends: root-ca }\n', `  root: { extends: root-ca }\n${PROFILE}`)
    .replace('operations: 4 }', 'operations: 8 }')
    .replace('operations: [hsm-empty, root-key]', 'operations: [hsm-empty, root-key, key-1, key-2]')
    .replace(
      'operations: [root-certificate, first-crl]',
      'operations: [root-certificate, tls-ca-1, tls-ca-2, first-crl]',
    )
    .replace(/^( {6}- \{ id: root-key,.*\n)/m, `$1${keyStep(1)}${keyStep(2)}`)
    .replace('value: root-key.spki, against: paper', 'values: [root-key.spki, key-1.spki, key-2.spki], against: paper')
    .replace(crl, `${certificateStep(1)}${certificateStep(2)}${crl}`);
}

function keyStep(number: number): string {
  return `      - { id: key-${number}, step: generate-key, with: { token: root-hsm, label: tls-ca-${number}, algorithm: ecdsa-p384 }, makes: { key: tls-ca-${number} } }\n`;
}

function certificateStep(number: number): string {
  return `      - id: tls-ca-${number}
        step: issue-intermediate
        with:
          issuer: root
          subject-key: tls-ca-${number}
          profile: tls-ca
          subject: { C: US, O: Example Org, CN: Example TLS CA ${number} }
          not-before: { at: proposal, floor: PT1M }
          not-after: { from: not-before, plus: P5Y, minus: PT1S, at-most: root.not-after }
        out: tls-ca-${number}.crt
        makes: { certificate: tls-ca-${number} }
`;
}
