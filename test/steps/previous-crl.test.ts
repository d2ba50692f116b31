import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lazyIssue } from '../../src/adapters/issuing.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { readLastCrl } from '../../src/steps/previous-crl.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { hsmSign } from '../forge/guard-double.ts';
import { otherKey } from '../forge/reissue.ts';
import { FILES, PLAN } from './recorded.ts';

const PATH = `previous/crls/${'ab'.repeat(32)}.crl`;
const ROOT = parseCertificate(FILES.get('certificates/root.crt') as Uint8Array);
const LAST = FILES.get('crls/root.crl') as Uint8Array;
const plan = { ...PLAN, uses: { last: { kind: 'crl', path: PATH } } } as unknown as Plan;
const readAs = (der: Uint8Array, previous?: string) =>
  readLastCrl(plan, previous === undefined ? {} : { previous }, ROOT, { open: async () => der });

test('the CRL before is the one that the CA has signed, and a first one has none', async () => {
  assert.equal((await readAs(LAST, 'last'))?.state.tbs.length, parseCrl(LAST).tbs.length);
  assert.equal(await readAs(LAST), undefined);
});

test('one that somebody else has signed is followed by none', async () => {
  const { tbs } = parseCrl(LAST);
  const foreign = lazyIssue.assemble(tbs, 'ecdsa-sha384', hsmSign(otherKey().privateKey, tbs));
  await assert.rejects(readAs(foreign, 'last'), (error: unknown) => {
    assert.ok(error instanceof CeremonyError && error.code === 'HSM_SIGNATURE', String(error));
    assert.equal(error.message, `"${PATH}" is not signed by the CA whose CRL is to follow it`);
    return true;
  });
});
