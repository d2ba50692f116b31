import { after, type Case, stepLine, within } from './edits.ts';
import type { Edit } from './planned.ts';

const PROFILE =
  '{ extends: tls-issuing-ca, policies: [2.23.140.1.2.1], ca-issuers: "http://pki.example.com/root.crt", crl: "http://pki.example.com/root.crl" }';

const key = (number: number) =>
  stepLine(
    `{ id: key-${number}, step: generate-key, with: { token: root-hsm, label: tls-ca-${number}, algorithm: ecdsa-p384 }, makes: { key: tls-${number} } }`,
  );

const certificate = (number: number) => `      - id: tls-ca-${number}
        step: issue-intermediate
        with:
          issuer: root
          subject-key: tls-${number}
          profile: tls-ca
          subject: { C: US, O: Example Org, CN: Example TLS CA ${number} }
          not-before: { at: proposal, floor: PT1M }
          not-after: { from: not-before, plus: P5Y, minus: PT1S }
        out: tls-ca-${number}.crt
        makes: { certificate: tls-${number} }
`;

/** The script that ships with two issuing CAs below its root; each of these may be another text. */
function below({
  first = certificate(1),
  second = certificate(2),
  profiles = [`  tls-ca: ${PROFILE}`],
  root = '{ extends: root-ca }',
  more = '',
}: {
  readonly first?: string;
  readonly second?: string;
  readonly profiles?: readonly string[];
  readonly root?: string;
  readonly more?: string;
}): readonly Edit[] {
  return [
    ['  root: { extends: root-ca }', [`  root: ${root}`, ...profiles].join('\n')],
    ['operations: 4 }', 'operations: 10 }'],
    after('root-key', key(1) + key(2)),
    within('key-agreed', 'root-key]', 'root-key, key-1, key-2]'),
    within('key-read', 'value: root-key.spki,', 'values: [root-key.spki, key-1.spki, key-2.spki],'),
    within('cert-agreed', 'root-certificate, first-crl]', `root-certificate, tls-ca-1, tls-ca-2, ${more}first-crl]`),
    after('root-certificate', first + second),
  ];
}

/** One text of a step becomes another. */
function changed(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`the step does not have ${JSON.stringify(from)}`);
  return text.replace(from, () => to);
}
const second = (from: string, to: string) => below({ second: changed(certificate(2), from, to) });

const OTHER = `  other-ca: ${changed(PROFILE, 'root.crl', 'other.crl')}`;
const OTHER_FILE = `  other-ca: ${changed(PROFILE, 'root.crt', 'other.crt')}`;
const DEEP = `  deep-ca: ${changed(PROFILE, '{ extends: tls-issuing-ca,', '{ extends: tls-issuing-ca, path-length: 1,')}`;

/** A second root, and its certificate by the first. */
const ROOT_2 = `      - id: tls-ca-2
        step: issue-root-certificate
        with:
          key: tls-2
          profile: root
          subject: { C: US, O: Example Org, CN: Example Root CA G2 }
          not-before: { at: proposal, floor: PT1M }
          not-after: { from: not-before, plus: P9Y, minus: PT1S }
        out: root-2.crt
        makes: { certificate: root-2 }
      - { id: crl-2, step: issue-crl, with: { issuer: root-2, first: true, this-update: { at: proposal, floor: PT1M }, next-update: { from: this-update, plus: P364D } }, out: root-2.crl, makes: { crl: root-2 } }
      - id: cross
        step: issue-cross-certificate
        with:
          issuer: root
          existing: root-2
          profile: cross
          not-before: { at: proposal, floor: PT1M }
          not-after: { from: not-before, plus: P3Y, minus: PT1S }
        out: root-2-by-root.crt
        makes: { certificate: cross }
`;
const CROSS_PROFILE =
  '  cross: { extends: cross-ca, extended-key-usage: [serverAuth], policies: [2.23.140.1.2.1], ca-issuers: "http://pki.example.com/root.crt", crl: "http://pki.example.com/root.crl" }';
const crossed = (...changes: readonly (readonly [from: string, to: string])[]) =>
  below({
    profiles: [`  tls-ca: ${PROFILE}`, CROSS_PROFILE],
    second: changes.reduce((text, [from, to]) => changed(text, from, to), ROOT_2),
    more: 'crl-2, cross, ',
  });

/** What is wrong between the certificates of a hierarchy, or with a certificate below another. */
export const HIERARCHY_CASES: readonly Case[] = [
  { name: 'two CAs below a root', code: '', script: below({}) },
  { name: 'a root that another root certifies', code: '', script: crossed() },
  {
    name: 'a cross-certificate for a CA that has none',
    code: 'PLAN_NAME',
    script: crossed(['existing: root-2', 'existing: other']),
  },
  {
    name: 'a cross-certificate for the CA that signs it',
    code: 'PLAN_NAME',
    script: crossed(['existing: root-2', 'existing: root']),
  },
  {
    name: 'a cross-certificate that outlives the certificate beside which it stands',
    code: 'PLAN_HIERARCHY',
    script: crossed(['plus: P3Y, minus', 'plus: P10Y, minus']),
  },
  {
    name: 'a cross-certificate by the profile of a root',
    code: 'PLAN_PROFILE',
    script: crossed(['profile: cross', 'profile: root']),
  },
  {
    name: 'an OCSP responder below a root',
    code: '',
    script: below({
      profiles: [`  tls-ca: ${PROFILE}`, '  ocsp: { extends: ocsp-responder }'],
      second: changed(
        changed(certificate(2), 'step: issue-intermediate', 'step: issue-ocsp-responder'),
        'profile: tls-ca',
        'profile: ocsp',
      ),
    }),
  },
  {
    name: 'an OCSP responder by the profile of a CA',
    code: 'PLAN_PROFILE',
    script: second('step: issue-intermediate', 'step: issue-ocsp-responder'),
  },
  {
    name: 'a CA that would outlive its issuer, and ends with it',
    code: '',
    script: second('plus: P5Y, minus: PT1S }', 'plus: P20Y, at-most: root.not-after }'),
  },
  {
    name: 'a CA that outlives its issuer',
    code: 'PLAN_HIERARCHY',
    script: second('plus: P5Y, minus: PT1S }', 'plus: P10Y }'),
  },
  {
    name: 'a date that rests on a certificate that is not above',
    code: 'PLAN_DATE',
    script: second('minus: PT1S }', 'minus: PT1S, at-most: tls-1.not-after }'),
  },
  {
    name: 'a CA that begins before its issuer, days before it is signed',
    code: 'PLAN_HIERARCHY',
    script: below({
      second: changed(
        changed(certificate(2), '{ at: proposal, floor: PT1M }', '{ from: not-after, minus: P5Y }'),
        'not-after: { from: not-before, plus: P5Y, minus: PT1S }',
        'not-after: { from: root.not-before, plus: P1823D }',
      ),
    }),
  },
  {
    name: "a CA with its issuer's name",
    code: 'PLAN_HIERARCHY',
    script: second('CN: Example TLS CA 2', 'CN: Example Root CA G1'),
  },
  {
    name: 'two keys under one name, that differs in case alone',
    code: 'PLAN_HIERARCHY',
    script: second('CN: Example TLS CA 2', 'CN: "EXAMPLE TLS  CA 1"'),
  },
  {
    name: 'one key under two names',
    code: 'PLAN_HIERARCHY',
    script: second('subject-key: tls-2', 'subject-key: tls-1'),
  },
  {
    name: "a CA with its issuer's key",
    code: 'PLAN_HIERARCHY',
    script: second('subject-key: tls-2', 'subject-key: root'),
  },
  {
    name: 'a CA below a root that allows none',
    code: 'PLAN_HIERARCHY',
    script: below({ root: '{ extends: root-ca, path-length: 0 }' }),
  },
  {
    name: 'a CA as deep as its issuer',
    code: 'PLAN_HIERARCHY',
    script: below({
      root: '{ extends: root-ca, path-length: 1 }',
      profiles: [`  tls-ca: ${PROFILE}`, DEEP],
      second: changed(certificate(2), 'profile: tls-ca', 'profile: deep-ca'),
    }),
  },
  {
    name: 'two CAs of one issuer that name two CRLs',
    code: 'PLAN_HIERARCHY',
    script: below({
      profiles: [`  tls-ca: ${PROFILE}`, OTHER],
      second: changed(certificate(2), 'profile: tls-ca', 'profile: other-ca'),
    }),
  },
  {
    name: 'two CAs of one issuer that name two places of its certificate',
    code: 'PLAN_HIERARCHY',
    script: below({
      profiles: [`  tls-ca: ${PROFILE}`, OTHER_FILE],
      second: changed(certificate(2), 'profile: tls-ca', 'profile: other-ca'),
    }),
  },
  {
    name: 'a certificate in the place of a chain',
    code: 'PLAN_HIERARCHY',
    script: second('out: tls-ca-2.crt', 'out: tls-ca-1-chain.crt'),
  },
  {
    name: 'a CA two below the root, whose end it minds, below one that gets no CRL',
    code: 'PLAN_ORDER',
    script: below({
      profiles: [`  tls-ca: ${PROFILE}`, DEEP],
      first: changed(certificate(1), 'profile: tls-ca', 'profile: deep-ca'),
      second: changed(
        changed(certificate(2), 'issuer: root', 'issuer: tls-1'),
        'minus: PT1S }',
        'minus: PT1S, at-most: root.not-after }',
      ),
    }),
  },
  { name: 'an issuer that no step makes', code: 'PLAN_NAME', script: second('issuer: root', 'issuer: other') },
  {
    name: "an issuer's key that is another",
    code: 'PLAN_NAME',
    script: second('issuer: root\n', 'issuer: root\n          key: tls-1\n'),
  },
  {
    name: 'a subject key that no step makes',
    code: 'PLAN_NAME',
    script: second('subject-key: tls-2', 'subject-key: other'),
  },
  {
    name: 'a subject key that is not made when it is proposed',
    code: 'PLAN_ORDER',
    script: [
      ...below({ second: changed(certificate(2), 'subject-key: tls-2', 'subject-key: late') }),
      [
        '      - { id: lock,',
        `${stepLine('{ id: late, step: generate-key, with: { token: root-hsm, label: late, algorithm: ecdsa-p384 }, makes: { key: late } }')}      - { id: lock,`,
      ],
      ['operations: [root-certificate,', 'operations: [late, root-certificate,'],
    ],
  },
  { name: 'a request that does not come in', code: 'PLAN_NAME', script: second('subject-key: tls-2', 'request: csr') },
  {
    name: 'neither a request nor a key',
    code: 'VALUE_REFUSED',
    script: second('          subject-key: tls-2\n', ''),
  },
  {
    name: 'the profile of a root below a root',
    code: 'PLAN_PROFILE',
    script: second('profile: tls-ca', 'profile: root'),
  },
  {
    name: 'the profile of a CA below another for a root',
    code: 'PLAN_PROFILE',
    script: [
      ['  root: { extends: root-ca }', `  root: { extends: root-ca }\n  tls-ca: ${PROFILE}`],
      within('root-certificate', 'profile: root', 'profile: tls-ca'),
    ],
  },
];
