import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { lazyIssue } from '../../src/adapters/issuing.ts';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import type { Issue } from '../../src/ports.ts';
import { issueCrl } from '../../src/steps/issue-crl.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { subjectKeyIdentifier } from '../../src/x509/extensions.ts';
import { HSM_KEY, hsmSign } from '../forge/guard-double.ts';
import { otherKey, withOtherKey } from '../forge/reissue.ts';
import { MemoryFiles } from '../run/fakes.ts';
import { EVENTS, FILES, judges, PLAN, recordedBy, stepOf } from './recorded.ts';

const CRL = 'crls/root.crl';
const OTHER = otherKey().spki;
const finding = (message: string) => `STEP-CRL step 17 "first-crl": ${message}`;
const der = Buffer.from(FILES.get(CRL) ?? '');
const payloadOf = (key: string): Uint8Array => {
  const proposed = EVENTS.find((event) => event.type === 'proposed' && event.step === key);
  assert.ok(proposed?.type === 'proposed');
  return FILES.get(proposed.payload ?? '') as Uint8Array;
};
const TBS = payloadOf('first-crl');

judges('first-crl', [
  ['nothing was signed', { keep: (event) => event.type !== 'result' }, finding('no CRL was signed')],
  ['the CRL is not in the pack', { files: (files) => void files.delete(CRL) }, finding('the CRL is not in the pack')],
  [
    'it is cut short',
    { files: (files) => void files.set(CRL, der.subarray(0, -1)) },
    finding(`CRL, byte 0: expected ${der.length - 4} content bytes of SEQUENCE, found ${der.length - 5}`),
  ],
  [
    'its issuer is not in the pack',
    { files: (files) => void files.delete('certificates/root.crt') },
    finding('its issuer is not in the pack'),
  ],
  [
    'it was proposed another day',
    {
      event: (event) => {
        if (event.type === 'proposed' && event.step === 'first-crl') event.at = '2027-03-11T09:00:00Z';
      },
    },
    [
      finding('thisUpdate is 2027-03-10T09:00:00Z (utc), asked for 2027-03-11T09:00:00Z (utc)'),
      finding('nextUpdate is 2028-03-08T09:00:00Z (utc), asked for 2028-03-09T09:00:00Z (utc)'),
    ],
  ],
]);

describe('issuing the first CRL', () => {
  const step = stepOf('first-crl');

  function stage(signature: Uint8Array, payload = TBS, issue: Issue = lazyIssue) {
    const files = new MemoryFiles();
    const pack = {
      add: async function* (_step: unknown, all: Iterable<readonly [path: string, bytes: Uint8Array]>) {
        for (const [path, bytes] of all) {
          await files.create(path, bytes);
          yield { type: 'file', path };
        }
      },
      read: async (path: string) => FILES.get(path) as Uint8Array,
      open: async (path: string) => FILES.get(path) as Uint8Array,
    };
    const operations = {
      execute: async function* () {
        yield* [];
        return { facts: {}, bytes: signature, payload };
      },
    };
    return { files, context: { operations, issue, pack, ceremony: { plan: PLAN, events: () => EVENTS } } };
  }

  test('what was approved is what is signed and stored, byte for byte', async () => {
    const { files, context } = stage(hsmSign(HSM_KEY.privateKey, TBS));
    const { error } = await recordedBy(issueCrl, step, context);
    assert.equal(error, undefined);
    assert.deepEqual(
      [...files.content.keys()],
      ['crls/root.crl', 'crls/root.pem', 'crls/root.txt', 'publish/root.crl'],
    );
    assert.equal(sha256(parseCrl(files.content.get('crls/root.crl') ?? Buffer.alloc(0)).tbs), sha256(TBS));
    assert.match(String(files.content.get('crls/root.pem')), /^-----BEGIN X509 CRL-----\n/);
  });

  test('a signature that does not verify with the issuer gives no CRL', async () => {
    const { files, context } = stage(hsmSign(HSM_KEY.privateKey, Buffer.from('x')));
    const { error } = await recordedBy(issueCrl, step, context);
    assert.ok(error instanceof CeremonyError);
    assert.equal(error.code, 'HSM_SIGNATURE');
    assert.equal(error.message, 'the signature of the new CRL does not verify with the certificate "root"');
    assert.deepEqual([...files.content.keys()], []);
  });

  /** The same for an issuer of another key. */
  function forOtherIssuer(): Uint8Array {
    const own = subjectKeyIdentifier(parseCertificate(FILES.get('certificates/root.crt') as Uint8Array).extensions);
    const changed = Buffer.from(TBS);
    changed.fill(0xab, changed.indexOf(own ?? ''), changed.indexOf(own ?? '') + (own?.length ?? 0));
    return changed;
  }

  test('other bytes than the approved ones give no CRL, whoever signed them', async () => {
    const other = forOtherIssuer();
    const assemble = ((_tbs: unknown, mechanism: string, signature: Uint8Array) =>
      lazyIssue.assemble(other, mechanism, signature)) as Issue['assemble'];
    const { files, context } = stage(hsmSign(HSM_KEY.privateKey, other), TBS, { ...lazyIssue, assemble });
    const { error } = await recordedBy(issueCrl, step, context);
    assert.ok(error instanceof CeremonyError);
    assert.equal(error.code, 'PAYLOAD_DIGEST');
    assert.equal(error.message, 'the assembled CRL does not hold the approved bytes');
    assert.deepEqual([...files.content.keys()], []);
  });

  test('what breaks a rule once it is signed gives no CRL', async () => {
    const broken = forOtherIssuer();
    const { files, context } = stage(hsmSign(HSM_KEY.privateKey, broken), broken);
    const { error } = await recordedBy(issueCrl, step, context);
    assert.ok(error instanceof CeremonyError);
    assert.equal(error.code, 'LINT_FAILED');
    assert.match(error.message, /rfc5280\/crl-authority-key-identifier-matches/);
    assert.deepEqual([...files.content.keys()], []);
  });

  test('bytes that are not what was asked for are not proposed', async () => {
    const before = EVENTS.slice(
      0,
      EVENTS.findIndex((event) => event.type === 'proposed' && event.step === 'first-crl'),
    );
    const pack = {
      read: async (path: string) => FILES.get(path) as Uint8Array,
      open: async (path: string) => FILES.get(path) as Uint8Array,
    };
    const tbsCertList: Issue['tbsCertList'] = (request) => lazyIssue.tbsCertList({ ...request, number: 2n });
    const issue = { ...lazyIssue, tbsCertList };
    const context = { issue, pack, ceremony: { plan: PLAN, events: () => before } };
    await assert.rejects(
      async () => await issueCrl.propose?.(step.params as never, step, context as never, '2027-03-10T09:00:00Z'),
      (error: unknown) =>
        error instanceof CeremonyError &&
        error.code === 'LINT_FAILED' &&
        /^the to-be-signed CRL differs from what was asked: crlExtensions: cRLNumber is 300a.*02, asked for 300a.*01$/.test(
          error.message,
        ),
    );
  });

  test('in a batch it is proposed for the certificate that is approved and not yet signed', async () => {
    const before = EVENTS.slice(
      0,
      EVENTS.findIndex((event) => event.type === 'proposed' && event.step === 'first-crl'),
    );
    const pack = {
      read: async (path: string) => FILES.get(path) as Uint8Array,
      open: async (path: string) => FILES.get(path) as Uint8Array,
    };
    const context = { issue: lazyIssue, pack, ceremony: { plan: PLAN, events: () => before } };
    const at = EVENTS.find((event) => event.type === 'proposed' && event.step === 'first-crl')?.at ?? '';
    const made = await issueCrl.propose?.(step.params as never, step, context as never, at);
    assert.equal(sha256(made?.payload ?? ''), sha256(TBS));
  });

  test('by another key than the one in the certificate of its issuer it is not proposed', async () => {
    const before = EVENTS.slice(
      0,
      EVENTS.findIndex((event) => event.type === 'proposed' && event.step === 'first-crl'),
    );
    const pack = {
      read: async (path: string) => withOtherKey(FILES.get(path) as Uint8Array, OTHER),
      open: async (path: string) => withOtherKey(FILES.get(path) as Uint8Array, OTHER),
    };
    const context = { issue: lazyIssue, pack, ceremony: { plan: PLAN, events: () => before } };
    const own = sha256(parseCertificate(FILES.get('certificates/root.crt') as Uint8Array).spki.der);
    await assert.rejects(
      async () => await issueCrl.propose?.(step.params as never, step, context as never, '2027-03-10T09:00:00Z'),
      (error: unknown) =>
        error instanceof CeremonyError &&
        error.code === 'LINT_FAILED' &&
        error.message ===
          `the key that is to sign has the SHA-256 ${own}, and that of the issuer's certificate ${sha256(OTHER)}`,
    );
  });

  test('what breaks a rule that the script claims is not proposed', async () => {
    const before = EVENTS.slice(
      0,
      EVENTS.findIndex((event) => event.type === 'proposed' && event.step === 'first-crl'),
    );
    const params = { ...step.params, 'next-update': { from: 'this-update', plus: 'P400D' } };
    const pack = {
      read: async (path: string) => FILES.get(path) as Uint8Array,
      open: async (path: string) => FILES.get(path) as Uint8Array,
    };
    const context = { issue: lazyIssue, pack, ceremony: { plan: PLAN, events: () => before } };
    await assert.rejects(
      async () => await issueCrl.propose?.(params as never, step, context as never, '2027-03-10T09:00:00Z'),
      (error: unknown) =>
        error instanceof CeremonyError &&
        error.code === 'LINT_FAILED' &&
        /^the to-be-signed bytes break 1 rules: cabf-tls\//.test(error.message),
    );
  });

  test('nothing is proposed for a certificate that nobody has proposed', async () => {
    const keyMade = EVENTS.slice(
      0,
      EVENTS.findIndex((event) => event.type === 'step' && event.step === 'cert-agreed'),
    );
    const context = { issue: lazyIssue, pack: {}, ceremony: { plan: PLAN, events: () => keyMade } };
    await assert.rejects(
      async () => await issueCrl.propose?.(step.params as never, step, context as never, '2027-03-10T09:00:00Z'),
      (error: unknown) =>
        error instanceof CeremonyError &&
        error.code === 'HSM_OBJECT_MISSING' &&
        error.message === 'the certificate of step "root-certificate" is neither issued nor proposed',
    );
  });
});
