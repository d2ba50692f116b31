import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { type Edit, problemsAlone } from './planned.ts';

const SCRIPT = readFileSync(new URL('../script/examples/crl-refresh.yaml', import.meta.url), 'utf8');

/** Without a site nobody knows yet whether a list is given, and both ways are walked. */
const problems = (...edits: readonly Edit[]) => problemsAlone(SCRIPT, edits);

const OPTIONAL: Edit = ['issuer: root, optional: true, on: inbox', 'issuer: root, on: inbox'];
const CONDITION: Edit = [', when: { input: revocations } }', ' }'];
const READ =
  '      - { id: read-revocations, step: read-input, by: administrator, check: witness, with: { input: revocations }, when: { input: revocations } }\n';
const REVOKE: Edit = ['revoke: revocations, ', ''];

describe('a list of what is to be revoked', () => {
  test('may be optional, or always there', () => {
    assert.deepEqual(problems(), []);
    assert.deepEqual(problems(OPTIONAL, CONDITION), []);
  });

  test('is asked for where it is optional, and only there', () => {
    assert.deepEqual(problems(CONDITION), [
      'PLAN_CONDITION the input "revocations" is optional, and is read whether it is given or not',
    ]);
    assert.deepEqual(problems(OPTIONAL), [
      'PLAN_CONDITION the condition asks whether the input "revocations" is given, and it always is',
    ]);
    assert.deepEqual(problems(['when: { input: revocations }', 'when: { input: published-crl }']), [
      'PLAN_CONDITION the condition asks whether the input "published-crl" is given, and it always is',
      'PLAN_CONDITION the input "revocations" is optional, and is read whether it is given or not',
    ]);
  });

  test('is read before its CRL is signed, whether it is optional or not', () => {
    const late: Edit = ['      - { id: lock,', `${READ}      - { id: lock,`];
    assert.ok(problems([READ, ''], late).includes('PLAN_ORDER the list "revocations" is not read before this step'));
    assert.deepEqual(problems([READ, ''], OPTIONAL), [
      'PLAN_ORDER the input "revocations" is never read',
      'PLAN_ORDER the list "revocations" is not read before this step',
    ]);
    assert.deepEqual(problems([READ, '']), ['PLAN_ORDER the input "revocations" is never read']);
  });

  test('is taken up by a CRL', () =>
    assert.deepEqual(problems(REVOKE), [
      'PLAN_NAME no CRL takes up the list "revocations": nothing would be revoked by it',
    ]));

  test('is not what an approved operation hangs on: without it the operation would not follow', () =>
    assert.deepEqual(
      problems([
        ', out: root.crl, makes: { crl: root } }',
        ', out: root.crl, makes: { crl: root }, when: { input: revocations } }',
      ]),
      [
        'PLAN_APPROVAL "agreed" has this operation approved, and it may not follow: a condition skips it, or it stands before',
        'PLAN_ORDER "crl" is approved and not done yet: the shares opened for it are forgotten here',
      ],
    ));

  test('follows a CRL that is there', () =>
    assert.deepEqual(problems(['previous: last-crl', 'previous: older-crl']), [
      'PLAN_NAME there is no CRL "older-crl" before this step',
    ]));

  test('is a list', () =>
    assert.deepEqual(problems(['revoke: revocations', 'revoke: published-crl']), [
      'PLAN_NAME no CRL takes up the list "revocations": nothing would be revoked by it',
      'PLAN_NAME there is no input "published-crl" of type revocation-list',
    ]));

  test('is of what the CA of the CRL has issued', () =>
    assert.ok(
      problems(
        ['inputs:\n', 'inputs:\n  other-root: { type: certificate, on: inbox }\n'],
        [
          'revocations:   { type: revocation-list, issuer: root,',
          'revocations:   { type: revocation-list, issuer: other-root,',
        ],
        [
          READ,
          `      - { id: read-other, step: read-input, by: administrator, check: witness, with: { input: other-root } }\n${READ}`,
        ],
      ).includes('PLAN_NAME the list "revocations" is of what "other-root" has issued, not "root"'),
    ));
});
