import { after, type Case, stepLine, within } from './edits.ts';
import type { Edit } from './planned.ts';

const ROOT = '{ C: US, O: Example Org, CN: Example Root CA G1 }';
const OTHER = '{ C: US, O: Example Org, CN: Example Issuing CA 1 }';

/** The script that ships with a request at the end of its batch; the step's parameters and its line end are given. */
export function requesting(params: string, out = ', out: asked.csr', more: readonly Edit[] = []): readonly Edit[] {
  return [
    ...more,
    ['operations: 4 }', 'operations: 8 }'],
    within('cert-agreed', 'first-crl]', 'first-crl, asked]'),
    after('first-crl', stepLine(`{ id: asked, step: make-csr, with: ${params}${out} }`)),
  ];
}

const second: readonly Edit[] = [
  within('key-agreed', 'root-key]', 'root-key, second-key]'),
  after(
    'root-key',
    stepLine(
      '{ id: second-key, step: generate-key, with: { token: root-hsm, label: second, algorithm: ecdsa-p384 }, makes: { key: second } }',
    ),
  ),
];

export const REQUEST_CASES: readonly Case[] = [
  {
    name: 'a request for the key of the root, under its name',
    code: '',
    script: requesting(`{ key: root, profile: root, subject: ${ROOT} }`),
  },
  {
    name: 'a request for the key of the root, under another name',
    code: 'PLAN_HIERARCHY',
    script: requesting(`{ key: root, subject: ${OTHER} }`),
  },
  {
    name: 'a request for another key under the name of the root, told apart by case alone',
    code: 'PLAN_HIERARCHY',
    script: requesting(`{ key: second, subject: ${ROOT.replace('Root CA', 'ROOT ca')} }`, undefined, second),
  },
  {
    name: 'a request for a key that no step makes',
    code: 'PLAN_NAME',
    script: requesting(`{ key: nothing, subject: ${OTHER} }`),
  },
  {
    name: 'a request without a file',
    code: 'PLAN_FILE',
    script: requesting(`{ key: root, subject: ${ROOT} }`, ''),
  },
  {
    name: 'a request into a file of another kind',
    code: 'PLAN_FILE',
    script: requesting(`{ key: root, subject: ${ROOT} }`, ', out: asked.pem'),
  },
  {
    name: 'a request by a profile that the script does not have',
    code: 'PLAN_PROFILE',
    script: requesting(`{ key: root, profile: none, subject: ${ROOT} }`),
  },
  {
    name: 'a request by the profile of no CA',
    code: 'PLAN_PROFILE',
    script: requesting(`{ key: root, profile: answers, subject: ${ROOT} }`, undefined, [
      ['  root: { extends: root-ca }', '  root: { extends: root-ca }\n  answers: { extends: ocsp-responder }'],
    ]),
  },
  {
    name: 'a request for a subject that cannot be encoded',
    code: 'PLAN_PARAMETER',
    script: requesting('{ key: second, subject: { C: US, O: "", CN: Example Issuing CA 1 } }', undefined, second),
  },
];
