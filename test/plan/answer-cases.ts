import { after, type Case, stepLine, within } from './edits.ts';
import type { Edit } from './planned.ts';

const PROFILE =
  '{ extends: tls-issuing-ca, policies: [2.23.140.1.2.1], ca-issuers: "http://pki.example.com/root.crt", crl: "http://pki.example.com/root.crl" }';

const key = (name: string) =>
  stepLine(
    `{ id: ${name}-key, step: generate-key, with: { token: root-hsm, label: ${name}, algorithm: ecdsa-p384 }, makes: { key: ${name} } }`,
  );

const issued = (step: string, name: string, profile: string, lasts: string) => `      - id: ${name}
        step: ${step}
        with:
          issuer: root
          subject-key: ${name}
          profile: ${profile}
          subject: { C: US, O: Example Org, CN: Example ${name} }
          not-before: { at: proposal, floor: PT1M }
          not-after: { from: not-before, plus: ${lasts}, minus: PT1S }
        out: ${name}.crt
        makes: { certificate: ${name} }
`;

const SIGNS = '{ extends: root-ca, key-usage: [digitalSignature, keyCertSign, cRLSign] }';
const DATES = 'this-update: { at: proposal, floor: PT1M }, next-update: { from: this-update, plus: P364D }';
const DELEGATED = `issuer: root, responder: ocsp, certificates: [tls], crl: root, ${DATES}`;
const OWN = `issuer: root, certificates: [tls], crl: root, ${DATES}`;

interface Answering {
  /** Fields of the root's profile. */
  readonly root?: string;
  /** How long the responder's certificate lasts, and by which step and profile it is issued. */
  readonly lasts?: string;
  readonly responder?: string;
  readonly out?: string;
  /** Steps in one sitting before the answers are approved. */
  readonly sitting?: string;
  /** Approved in a sitting of their own; else with the certificates. */
  readonly alone?: boolean;
  readonly more?: string;
}

/** The script that ships with a CA and a responder below its root, which then answers about the CA. */
function answering(params: string, how: Answering = {}): readonly Edit[] {
  const { root = SIGNS, lasts = 'P1Y', out = ', out: root.ors', alone = true, more = '' } = how;
  const responder = how.responder ?? issued('issue-ocsp-responder', 'ocsp', 'responder', lasts);
  const agreed = stepLine('{ id: answers-agreed, step: approve, with: { operations: [answers] } }');
  return [
    ['  root: { extends: root-ca }', `  root: ${root}\n  tls-ca: ${PROFILE}\n  responder: { extends: ocsp-responder }`],
    ['operations: 4 }', 'operations: 12 }'],
    after('root-key', key('tls') + key('ocsp')),
    within('key-agreed', 'root-key]', 'root-key, tls-key, ocsp-key]'),
    within('key-read', 'value: root-key.spki,', 'values: [root-key.spki, tls-key.spki, ocsp-key.spki],'),
    within(
      'cert-agreed',
      'root-certificate, first-crl]',
      `root-certificate, tls, ocsp, first-crl${alone ? '' : ', answers'}]`,
    ),
    after('root-certificate', issued('issue-intermediate', 'tls', 'tls-ca', 'P5Y') + responder),
    after(
      'first-crl',
      `${alone ? agreed : ''}${stepLine(`{ id: answers, step: presign-ocsp, with: { ${params} }${out} }`)}${more}`,
    ),
  ];
}

const of = (from: string, to: string, params = DELEGATED) => {
  if (!params.includes(from)) throw new Error(`the step does not have ${JSON.stringify(from)}`);
  return params.replace(from, to);
};

export const ANSWER_CASES: readonly Case[] = [
  { name: 'answers by a responder', code: '', script: answering(DELEGATED) },
  { name: 'answers by the root itself', code: '', script: answering(OWN) },
  {
    name: 'answers by a root that may not sign them',
    code: 'PLAN_HIERARCHY',
    script: answering(OWN, { root: '{ extends: root-ca }' }),
  },
  {
    name: 'answers by a responder that ends before them',
    code: 'PLAN_HIERARCHY',
    script: answering(DELEGATED, { lasts: 'P300D' }),
  },
  {
    name: 'answers for longer than a year',
    code: 'PLAN_LINT',
    script: answering(of('P364D', 'P400D', OWN)),
  },
  { name: 'answers that end before they begin', code: 'PLAN_DATE', script: answering(of('plus: P364D', 'minus: P1D')) },
  {
    name: 'answers by a certificate that is no responder’s',
    code: 'PLAN_NAME',
    script: answering(of('responder: ocsp', 'responder: tls')),
  },
  {
    name: 'answers by a responder that another CA has certified',
    code: 'PLAN_NAME',
    script: answering(of('issuer: root, responder: ocsp', 'issuer: tls, responder: ocsp')),
  },
  {
    name: 'answers about a certificate that no step makes',
    code: 'PLAN_NAME',
    script: answering(of('[tls]', '[tls, nothing]')),
  },
  { name: 'answers about the root', code: 'PLAN_NAME', script: answering(of('[tls]', '[root]')) },
  { name: 'answers twice about one', code: 'PLAN_PARAMETER', script: answering(of('[tls]', '[tls, tls]')) },
  { name: 'answers by a CRL that is not there', code: 'PLAN_NAME', script: answering(of('crl: root', 'crl: other')) },
  { name: 'answers without a file', code: 'PLAN_FILE', script: answering(DELEGATED, { out: '' }) },
  {
    name: 'answers into a file of another kind',
    code: 'PLAN_FILE',
    script: answering(DELEGATED, { out: ', out: root.der' }),
  },
  {
    name: 'answers that are approved before their CRL is signed',
    code: 'PLAN_ORDER',
    script: answering(DELEGATED, { alone: false }),
  },
  {
    name: 'two answers about one certificate',
    code: 'PLAN_FILE',
    script: answering(DELEGATED, {
      more:
        stepLine('{ id: again-agreed, step: approve, with: { operations: [again] } }') +
        stepLine(`{ id: again, step: presign-ocsp, with: { ${OWN} }, out: again.ors }`),
    }),
  },
];
