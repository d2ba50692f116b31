import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { CertificateKind } from '../../src/pki/rule.ts';
import type { PlanHead, PlannedStep } from '../../src/plan/plan.ts';
import type { Report } from '../../src/plan/step-type.ts';
import { EMPTY_WORLD, type World, type WorldCertificate } from '../../src/plan/world.ts';
import { holdAnswers } from '../../src/steps/answers-planned.ts';
import { type Edit, problemsAlone } from './planned.ts';

const SCRIPT = readFileSync(new URL('../../ceremonies/ocsp-presign.yaml', import.meta.url), 'utf8');
const problems = (...edits: readonly Edit[]) => problemsAlone(SCRIPT, edits);

describe('answers about CAs of an earlier ceremony', () => {
  test('are planned before anybody knows who these are', () => assert.deepEqual(problems(), []));

  test('go by the CRL of this ceremony, and by no earlier one', () =>
    assert.deepEqual(problems(['          crl: root\n', '          crl: last-crl\n']), [
      'PLAN_NAME the CRL "last-crl" is of an earlier ceremony',
    ]));

  test('are signed by a key that is on an HSM here', () => {
    const certificate = (name: string, kind: CertificateKind): [string, WorldCertificate] => {
      const issuer = name === 'root' ? null : 'root';
      return [name, { name, key: issuer === null ? 'root' : null, issuer, kind, step: name, requests: [] }];
    };
    const key = { name: 'root', token: 'root-hsm', label: 'root', algorithm: 'ecdsa-p384', step: 'root-key' };
    const world: World = {
      ...EMPTY_WORLD,
      keys: new Map([['root', key]]),
      certificates: new Map([
        certificate('root', 'root-ca'),
        certificate('tls', 'subordinate-ca'),
        certificate('ocsp', 'ocsp-responder'),
      ]),
      crls: new Map([['root', { name: 'root', issuer: 'root', step: 'crl' }]]),
    };
    const found = (responder: object) => {
      const said: string[] = [];
      const dates = { 'this-update': { at: 'proposal' }, 'next-update': { from: 'this-update', plus: 'P30D' } };
      const params = { issuer: 'root', certificates: ['tls'], crl: 'root', ...dates, ...responder };
      const at = '2027-03-10T09:00:00Z';
      const step = { id: 'answers', out: 'root.ors' } as PlannedStep;
      const report: Report = (code, path, text) => void said.push(`${code} ${path.join('.')}: ${text}`);
      holdAnswers(params, world, { step, steps: [], plan: {} as PlanHead, window: [at, at], report });
      return said;
    };
    assert.deepEqual(found({}), []);
    assert.deepEqual(found({ responder: 'ocsp' }), [
      'PLAN_NAME with.responder: the key of "ocsp" is on no HSM here, and signs nothing',
    ]);
  });
});
