import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { lazyIssue } from '../../src/adapters/issuing.ts';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { issueRootCertificate } from '../../src/steps/issue-root-certificate.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { HSM_KEY, hsmSign } from '../forge/guard-double.ts';
import { MemoryFiles } from '../run/fakes.ts';
import { EVENTS, FILES, judges, PLAN, recordedBy, stepOf } from './recorded.ts';

const CERTIFICATE = 'certificates/root.crt';
const finding = (message: string) => `STEP-CERTIFICATE step 16 "root-certificate": ${message}`;
const der = Buffer.from(FILES.get(CERTIFICATE) ?? '');
/** Changes the last character of the subject's common name, where it stands second: the issuer's stays. */
function renamed(files: Map<string, Uint8Array>): void {
  const changed = Buffer.from(der);
  changed.write('2', changed.lastIndexOf('Root CA G1') + 'Root CA G'.length, 'latin1');
  files.set(CERTIFICATE, changed);
}
const { subject } = parseCertificate(der);
const hexOf = (name: string) => Buffer.from(subject.der).toString('hex').replace(/31$/, name);
const PROPOSED = EVENTS.find((event) => event.type === 'proposed' && event.step === 'root-certificate');
assert.ok(PROPOSED?.type === 'proposed');
const TBS = FILES.get(PROPOSED.payload ?? '') as Uint8Array;

judges('root-certificate', [
  ['nothing was signed', { keep: (event) => event.type !== 'result' }, finding('no certificate was signed')],
  [
    'the certificate is not in the pack',
    { files: (files) => void files.delete(CERTIFICATE) },
    finding('the certificate is not in the pack'),
  ],
  [
    'it is cut short',
    { files: (files) => void files.set(CERTIFICATE, der.subarray(0, -1)) },
    finding(`certificate, byte 0: expected ${der.length - 4} content bytes of SEQUENCE, found ${der.length - 5}`),
  ],
  ['its name is another', { files: renamed }, finding(`subject is ${hexOf('32')}, asked for ${hexOf('31')}`)],
  [
    'the key is not in the record',
    {
      event: (event) => {
        if (event.type === 'proposed' && event.step === 'root-key') event.step = 'other';
      },
    },
    [
      finding(`what event ${PROPOSED.seq} proposes cannot be rebuilt: the key "root" has not been generated`),
      finding('what was asked for cannot be rebuilt from the plan'),
    ],
  ],
  [
    'it was proposed another day',
    {
      event: (event) => {
        if (event.type === 'proposed' && event.step === 'root-certificate') event.at = '2027-03-11T09:00:00Z';
      },
    },
    [
      finding('notBefore is 2027-03-10T09:00:00Z (utc), asked for 2027-03-11T09:00:00Z (utc)'),
      finding('notAfter is 2037-03-10T08:59:59Z (utc), asked for 2037-03-11T08:59:59Z (utc)'),
    ],
  ],
]);

describe('issuing a root certificate', () => {
  const step = stepOf('root-certificate');

  function stage(signature: Uint8Array, tbs: Uint8Array = TBS) {
    const files = new MemoryFiles();
    const pack = {
      add: async function* (_step: unknown, all: Iterable<readonly [path: string, bytes: Uint8Array]>) {
        for (const [path, bytes] of all) {
          await files.create(path, bytes);
          yield { type: 'file', path };
        }
      },
    };
    const operations = {
      execute: async function* () {
        yield* [];
        return { facts: {}, bytes: signature, payload: tbs };
      },
    };
    const ceremony = { plan: PLAN, events: () => EVENTS };
    return { files, context: { operations, issue: lazyIssue, pack, ceremony } };
  }

  test('what was approved is what is signed and stored, byte for byte', async () => {
    const { files, context } = stage(hsmSign(HSM_KEY.privateKey, TBS));
    const { error } = await recordedBy(issueRootCertificate, step, context);
    assert.equal(error, undefined);
    assert.deepEqual(
      [...files.content.keys()],
      [
        'certificates/root.crt',
        'certificates/root.pem',
        'certificates/root.txt',
        'publish/root.crt',
        'publish/root.pem',
        'publish/root.csv',
        'publish/root.txt',
      ],
    );
    const issued = parseCertificate(files.content.get('certificates/root.crt') ?? Buffer.alloc(0));
    assert.equal(sha256(issued.tbs), sha256(TBS));
    assert.deepEqual(files.content.get('publish/root.crt'), files.content.get('certificates/root.crt'));
    assert.match(String(files.content.get('certificates/root.pem')), /^-----BEGIN CERTIFICATE-----\n/);
  });

  const wrong = Buffer.from(hsmSign(HSM_KEY.privateKey, TBS));
  wrong[wrong.length - 1] = (wrong.at(-1) ?? 0) ^ 1;
  for (const [name, signature] of [
    ['that does not verify', wrong],
    ['over other bytes', hsmSign(HSM_KEY.privateKey, Buffer.from('x'))],
  ] as const) {
    test(`a signature ${name} gives no certificate, under any name`, async () => {
      const { files, context } = stage(signature);
      const { error } = await recordedBy(issueRootCertificate, step, context);
      assert.ok(error instanceof CeremonyError);
      assert.equal(error.code, 'HSM_SIGNATURE');
      assert.equal(error.message, 'the signature of the new root certificate does not verify with its own key');
      assert.deepEqual([...files.content.keys()], []);
    });
  }

  test('what breaks a rule that the script claims is not proposed', async () => {
    const params = { ...step.params, 'not-after': { from: 'not-before', plus: 'P30Y', minus: 'PT1S' } };
    const guard = { random: async (_hsm: string, length: number) => Buffer.alloc(length, 0x5a) };
    const pack = { read: async (path: string) => FILES.get(path) as Uint8Array, list: async () => [] };
    const context = { guard, issue: lazyIssue, pack, ceremony: { plan: PLAN, events: () => EVENTS } };
    await assert.rejects(
      async () => await issueRootCertificate.propose?.(params as never, step, context as never, '2027-03-10T09:00:00Z'),
      (error: unknown) =>
        error instanceof CeremonyError &&
        error.code === 'LINT_FAILED' &&
        /^the to-be-signed bytes break 1 rules: cabf-tls\/root-validity \(/.test(error.message),
    );
  });

  test('nothing is proposed before there is a key', async () => {
    const context = { ceremony: { plan: PLAN, events: () => [] } };
    await assert.rejects(
      async () =>
        await issueRootCertificate.propose?.(step.params as never, step, context as never, '2027-03-10T09:00:00Z'),
      (error: unknown) =>
        error instanceof CeremonyError &&
        error.code === 'HSM_OBJECT_MISSING' &&
        error.message === 'the key "root" has not been generated',
    );
  });
});
