import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OID } from '../../src/der/oid.ts';
import { oid, sequence } from '../../src/der/writer.ts';
import { refusedByIssuer } from '../../src/pki/delta-policy.ts';
import { draftCrl } from '../../src/plan/draft-crl.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import * as made from './broken.ts';
import { crlProfile } from './fixtures.ts';

const withPolicies = (...policies: readonly string[]) =>
  parseCertificate(
    made.certificate({
      extensions: [
        ...made.EXTENSIONS,
        ...(policies.length === 0
          ? []
          : [made.extension(OID.certificatePolicies, sequence(...policies.map((one) => sequence(oid(one)))))]),
      ],
    }),
  );
const PUBLIC = withPolicies('1.3.6.1.4.1.99999.1', '2.23.140.1.2.2');
const WHY =
  'the certificate of the CA has the policy 2.23.140.1.2.2 of the CA/Browser Forum, under which there is no delta CRL';

test('a CA with a policy of the CA/Browser Forum signs no delta CRL and puts nothing on hold', () => {
  assert.equal(refusedByIssuer(PUBLIC, 'delta'), WHY);
  assert.equal(refusedByIssuer(PUBLIC, 'hold'), WHY.replace('delta CRL', 'certificate on hold'));
  // Beside that arc stand other ones of the Forum's, and of others.
  for (const issuer of [
    withPolicies(),
    withPolicies('2.5.29.32.0'),
    withPolicies('2.23.140.1'),
    withPolicies('2.23.140.10.2'),
  ])
    assert.equal(refusedByIssuer(issuer, 'delta'), undefined);
});

test('and that is said while the CRL is planned', () => {
  const crls = new Map([['root', parseCrl(made.crl())]]);
  const dates = { 'this-update': { at: 'proposal' }, 'next-update': { from: 'this-update', plus: 'P30D' } };
  const drafted = (issuer: typeof PUBLIC) =>
    draftCrl(
      {
        plan: {
          acts: [],
          uses: {},
          profiles: { 'root-crl': crlProfile() },
          rules: ['rfc5280', 'private'],
        } as unknown as Plan,
      },
      { params: { issuer: 'root', 'delta-of': 'root', ...dates } },
      { issuer, algorithm: 'ecdsa-p384', at: '2027-03-02T09:00:00Z', crls },
    );
  assert.deepEqual(drafted(PUBLIC)?.problems, [{ path: ['delta-of'], text: WHY }]);
  const other = drafted(withPolicies());
  assert.deepEqual([other?.problems, other?.request?.base], [[], 1n]);
});
