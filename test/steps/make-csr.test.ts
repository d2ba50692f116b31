import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { lazyIssue } from '../../src/adapters/issuing.ts';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { deriveLedger } from '../../src/ledger/derive.ts';
import { makeCsr } from '../../src/steps/make-csr.ts';
import { parseCertificationRequest } from '../../src/x509/certification-request.ts';
import { hsmKeyOf, hsmSign } from '../forge/guard-double.ts';
import { recordCeremony } from '../forge/record.ts';
import { requesting } from '../forge/requesting.ts';
import { MemoryFiles } from '../run/fakes.ts';
import { type Falsification, recordOf } from './recording.ts';

const { judges, stepOf, recordedBy, events, files, plan } = recordOf(await recordCeremony(requesting()));
const REQUEST = 'requests-made/issuing.csr';
const STEP = stepOf('asked');
const DER = files.get(REQUEST) as Uint8Array;
const READ = parseCertificationRequest(DER);
const OWN = hsmKeyOf(sha256(READ.spki.der));
const proposedAt = events.findIndex((event) => event.type === 'proposed' && event.step === 'asked');
const finding = (message: string) => `STEP-REQUEST step ${STEP.number} "asked": ${message}`;
const params = (change: object): Falsification => ({ params: { ...STEP.params, ...change } });

test('the ledger takes it for no certificate and no CRL', () => {
  const { certificates, crls, keys } = deriveLedger(plan, events, (path) => files.get(path));
  assert.deepEqual([certificates.map(({ name }) => name), crls.map(({ name }) => name)], [['root'], ['root']]);
  assert.deepEqual(
    keys.map(({ name }) => name),
    ['root', 'issuing'],
  );
});

test('it is for the key that signs, and asks for nothing that is for the other CA to say', () => {
  assert.equal(
    READ.subject.attributes.map(({ value }) => value).join(', '),
    'US, Example Org, REHEARSAL Example Issuing CA 1',
  );
  assert.deepEqual(
    READ.extensions.map(({ oid }) => oid),
    ['2.5.29.19', '2.5.29.15', '2.5.29.37', '2.5.29.14'],
  );
});

test('the sheet has what is asked for, and what is left to the other CA; without a profile that nothing is', () => {
  const valuesOf = (change: object) => {
    const [expected] = makeCsr.sheet?.({ ...STEP.params, ...change } as never, STEP, plan) ?? [];
    assert.ok(expected?.kind === 'expected');
    return new Map(expected.values.map(([name, value]) => [name, value]));
  };
  const asked = valuesOf({});
  assert.deepEqual(
    [asked.get('key'), asked.get('left to the other CA'), asked.get('file')],
    ['issuing, ecdsa-p384', 'policies, ca-issuers, crl', 'issuing.csr'],
  );
  assert.deepEqual([...asked.keys()].slice(0, 3), ['C', 'O', 'CN']);
  const nothing = valuesOf({ profile: undefined });
  assert.equal(nothing.get('extensions'), 'none are asked for');
});

judges('asked', [
  ['nothing was signed', { keep: (event) => event.type !== 'result' }, finding('no request was signed')],
  [
    'the request is not in the pack',
    { files: (all) => void all.delete(REQUEST) },
    finding('the request is not in the pack'),
  ],
  ['it is cut short', { files: (all) => void all.set(REQUEST, DER.subarray(0, -1)) }, /content bytes of SEQUENCE/],
  [
    'it was to be under another name',
    params({ subject: { C: 'US', O: 'Other Org', CN: 'Example Issuing CA 1' } }),
    /"asked": subject is .*, asked for /,
  ],
  [
    'it was to be of another key',
    params({ key: 'root' }),
    /proposes "key" .*; planned was [\s\S]*"asked": subjectPublicKeyInfo is /,
  ],
  [
    'it was to ask for nothing',
    params({ profile: undefined }),
    [
      finding('attributes is extensionRequest, asked for (absent)'),
      finding(
        'extensionRequest: identifiers in order is basicConstraints, keyUsage, extKeyUsage, subjectKeyIdentifier, asked for ',
      ),
    ],
  ],
  [
    'its profile is not in the script',
    params({ profile: 'none' }),
    finding('what was asked for cannot be rebuilt from the plan'),
  ],
]);

describe('making a request', () => {
  const before = events.slice(0, proposedAt);
  const propose = (change: object = {}, pack = PACK, there = before) => {
    const context = { issue: lazyIssue, pack, ceremony: { plan, events: () => there } };
    return makeCsr.propose?.({ ...STEP.params, ...change } as never, STEP, context as never, '2027-03-10T09:00:00Z');
  };
  const refused = (work: () => unknown, code: string, message: RegExp) =>
    assert.rejects(
      async () => await work(),
      (error: unknown) => error instanceof CeremonyError && error.code === code && message.test(error.message),
    );

  test('what is proposed is what the plan asks for, without a finding', async () => {
    const made = await propose();
    assert.equal(sha256(made?.payload ?? ''), sha256(READ.tbs));
    assert.deepEqual([made?.lint, made?.operation.op], [[], 'sign']);
  });

  test('a name that a certificate of this key does not have is not proposed', () =>
    refused(
      () => propose({ key: 'root', profile: undefined }),
      'LINT_FAILED',
      /^the request does not fit what this CA has issued: "certificates\/root\.crt" certifies this key under the name /,
    ));

  test('the name of a CA that has another key is not proposed', () =>
    refused(
      () => propose({ subject: { C: 'US', O: 'Example Org', CN: 'REHEARSAL Example Root CA G1' } }),
      'LINT_FAILED',
      /: "certificates\/root\.crt" has the name "US, Example Org, REHEARSAL Example Root CA G1", and certifies another key /,
    ));

  test('nothing is proposed for a key that has not been generated', () =>
    refused(() => propose({}, PACK, []), 'HSM_OBJECT_MISSING', /^the key "issuing" has not been generated$/));

  test('what was approved is what is signed and stored, byte for byte', async () => {
    const { made, error } = await run(hsmSign(OWN, READ.tbs));
    assert.equal(error, undefined);
    const paths = ['requests-made/issuing.csr', 'requests-made/issuing.pem', 'requests-made/issuing.txt'];
    assert.deepEqual([...made.keys()], [...paths, 'publish/issuing.csr']);
    assert.deepEqual(made.get('publish/issuing.csr'), made.get(REQUEST));
    assert.equal(sha256(parseCertificationRequest(made.get(REQUEST) as Uint8Array).tbs), sha256(READ.tbs));
    assert.match(String(made.get('requests-made/issuing.pem')), /^-----BEGIN CERTIFICATE REQUEST-----\n/);
  });

  test('a signature that does not verify with the key gives no request', async () => {
    const { made, error } = await run(hsmSign(OWN, Buffer.from('x')));
    assert.ok(error instanceof CeremonyError);
    assert.equal(error.code, 'HSM_SIGNATURE');
    assert.equal(error.message, 'the signature of the new request does not verify with its own key');
    assert.deepEqual([...made.keys()], []);
  });
});

const PACK = {
  list: async () => [...files.keys()],
  read: async (path: string) => files.get(path) as Uint8Array,
  open: async (path: string) => files.get(path) as Uint8Array,
};

async function run(signature: Uint8Array) {
  const folder = new MemoryFiles();
  const pack = {
    add: async function* (_step: unknown, all: Iterable<readonly [path: string, bytes: Uint8Array]>) {
      for (const [path, bytes] of all) {
        await folder.create(path, bytes);
        yield { type: 'file', path };
      }
    },
  };
  const operations = {
    execute: async function* () {
      yield* [];
      return { facts: {}, bytes: signature, payload: READ.tbs };
    },
  };
  const context = { operations, issue: lazyIssue, pack, ceremony: { plan, events: () => events } };
  const { error } = await recordedBy(makeCsr, STEP, context);
  return { made: folder.content, error };
}
