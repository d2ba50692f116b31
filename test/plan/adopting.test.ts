import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { type Edit, problemsAlone } from './planned.ts';

const SCRIPT = readFileSync(new URL('../../ceremonies/adopt-ca.yaml', import.meta.url), 'utf8');

const problems = (...edits: readonly Edit[]) => problemsAlone(SCRIPT, edits);

const STEP =
  '        with: { token: root-hsm, label: example-root-g1, certificate: root, crl: root-crl, issued: root-issued }';
const FIELDS =
  '        fields: { first-copy: { type: text }, second-copy: { type: text }, third-copy: { type: text } }\n';

describe('a CA that is adopted', () => {
  test('is one with a certificate, a CRL, a list and a key of its own', () => assert.deepEqual(problems(), []));

  const CASES: readonly (readonly [name: string, edits: readonly Edit[], said: string])[] = [
    [
      'has its key learned from a certificate whose digest came another way',
      [
        [
          'root:        { type: certificate, on: inbox, sha256: independent }',
          'root:        { type: certificate, on: inbox }',
        ],
      ],
      'PLAN_PARAMETER the key is learned from "root", and nothing but its medium says whose it is',
    ],
    [
      'has its certificate read before',
      [['      - { id: read-root, step: read-input, by: operator, check: auditor, with: { input: root } }\n', '']],
      'PLAN_ORDER "root" is not read before this',
    ],
    [
      'has its CRL read before',
      [['      - { id: read-crl, step: read-input, by: operator, check: auditor, with: { input: root-crl } }\n', '']],
      'PLAN_ORDER "root-crl" is not read before this',
    ],
    [
      'has a CRL, not a list in its place',
      [[STEP, STEP.replace('crl: root-crl', 'crl: root-issued')]],
      'PLAN_NAME there is no input "root-issued" of type crl',
    ],
    [
      'has a list of its own',
      [[STEP, STEP.replace('issued: root-issued', 'issued: root-crl')]],
      'PLAN_NAME there is no input "root-crl" of type issued-list',
    ],
    ['has people asked for copies of the key', [[FIELDS, '']], 'PLAN_PARAMETER nobody is asked where else the key is'],
    ['has its key named', [['        makes: { key: root }\n', '']], 'PLAN_NAME the key that is adopted has no name'],
    [
      'has somebody who says it',
      [['        by: operator\n        check: [witness, auditor]\n', '']],
      'PLAN_PEOPLE nobody says where the key is',
    ],
    [
      'is on an HSM that is expected so',
      [['root-hsm: { expect: adopted }', 'root-hsm: { expect: blank }']],
      'PLAN_TOKEN "root-hsm" is expected blank',
    ],
  ];
  for (const [name, edits, said] of CASES)
    test(name, () => {
      const found = problems(...edits);
      assert.ok(found.includes(said), found.join('\n'));
    });
});
