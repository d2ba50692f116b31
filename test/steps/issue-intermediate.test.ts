import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { lazyIssue } from '../../src/adapters/issuing.ts';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { wholeOf } from '../../src/base/octets.ts';
import { issuerIdentity } from '../../src/pki/issuer.ts';
import { pemOf } from '../../src/pki/pem.ts';
import type { CrlProfile } from '../../src/pki/profile.ts';
import type { Revocation } from '../../src/pki/request.ts';
import type { PlannedUse } from '../../src/plan/plan.ts';
import type { Issue } from '../../src/ports.ts';
import { issueIntermediate } from '../../src/steps/issue-intermediate.ts';
import type { Event } from '../../src/transcript/event.ts';
import { parseCertificate, parseTbsCertificate } from '../../src/x509/certificate.ts';
import { HSM_KEY, hsmSign } from '../forge/guard-double.ts';
import { otherKey, withOtherKey } from '../forge/reissue.ts';
import { MemoryFiles } from '../run/fakes.ts';
import { EVENTS, FILES, judges, PLAN, recordedBy, stepOf } from './recorded-hierarchy.ts';

const CERTIFICATE = 'certificates/tls-ca-1.crt';
const NUMBER = stepOf('tls-ca-1').number;
const finding = (message: string) => `STEP-CERTIFICATE step ${NUMBER} "tls-ca-1": ${message}`;
const bytesOf = (path: string) => FILES.get(path) as Uint8Array;
const PROPOSED = EVENTS.find((event) => event.type === 'proposed' && event.step === 'tls-ca-1');
assert.ok(PROPOSED?.type === 'proposed');
const TBS = bytesOf(PROPOSED.payload ?? '');
const ROOT_PROPOSED = EVENTS.find((event) => event.type === 'proposed' && event.step === 'root-certificate');
assert.ok(ROOT_PROPOSED?.type === 'proposed');
const AT = PROPOSED.at;

const refuses = async (making: () => Promise<unknown> | undefined, code: string, message: string | RegExp) =>
  await assert.rejects(
    async () => await making(),
    (error: unknown) => {
      assert.ok(error instanceof CeremonyError, String(error));
      assert.equal(error.code, code);
      if (typeof message === 'string') assert.equal(error.message, message);
      else assert.match(error.message, message);
      return true;
    },
  );

judges('tls-ca-1', [
  ['nothing was signed', { keep: (event) => event.type !== 'result' }, finding('no certificate was signed')],
  [
    'the certificate is not in the pack',
    { files: (files) => void files.delete(CERTIFICATE) },
    finding('the certificate is not in the pack'),
  ],
  [
    'it is that of the other issuing CA',
    { files: (files) => void files.set(CERTIFICATE, bytesOf('certificates/tls-ca-2.crt')) },
    /subject is .*, asked for .*\n.*subjectPublicKeyInfo is /,
  ],
  [
    'the certificate of its issuer is not in the pack',
    { files: (files) => void files.delete('certificates/root.crt') },
    finding('the certificate "root" above it is not in the pack'),
  ],
  [
    'its issuer is another',
    { files: (files) => void files.set('certificates/root.crt', bytesOf('certificates/tls-ca-2.crt')) },
    /"tls-ca-1": issuer is .*, asked for /,
  ],
  [
    'the key that it certifies is not in the record',
    {
      event: (event) => {
        if (event.type === 'proposed' && event.step === 'key-1') event.step = 'other';
      },
    },
    finding('the key "tls-ca-1" has not been generated'),
  ],
  [
    'it was proposed another day',
    {
      event: (event) => {
        if (event.type === 'proposed' && event.step === 'tls-ca-1') event.at = '2027-03-11T09:00:00Z';
      },
    },
    [
      finding('notBefore is 2027-03-10T09:00:00Z (utc), asked for 2027-03-11T09:00:00Z (utc)'),
      finding('notAfter is 2032-03-10T08:59:59Z (utc), asked for 2032-03-11T08:59:59Z (utc)'),
    ],
  ],
  [
    'it was to end with its issuer at the latest',
    {
      params: {
        ...stepOf('tls-ca-1').params,
        'not-after': { from: 'not-before', plus: 'P20Y', 'at-most': 'root.not-after' },
      },
    },
    finding('notAfter is 2032-03-10T08:59:59Z (utc), asked for 2037-03-10T08:59:59Z (utc)'),
  ],
]);

describe('issuing the certificate of a CA below another', () => {
  const step = stepOf('tls-ca-1');

  function stage(signature: Uint8Array, payload = TBS, issue: Issue = lazyIssue) {
    const files = new MemoryFiles();
    files.content.set('certificates/root.crt', Buffer.from(bytesOf('certificates/root.crt')));
    const pack = {
      add: async function* (_step: unknown, all: Iterable<readonly [path: string, bytes: Uint8Array]>) {
        for (const [path, bytes] of all) {
          await files.create(path, bytes);
          yield { type: 'file', path };
        }
      },
      read: (path: string) => files.read(path),
    };
    const operations = {
      execute: async function* () {
        yield* [];
        return { facts: {}, bytes: signature, payload };
      },
    };
    return { files, context: { operations, issue, pack, ceremony: { plan: PLAN, events: () => EVENTS } } };
  }

  test('what was approved is signed and stored, with its chain, and openssl accepts that', async () => {
    const { files, context } = stage(hsmSign(HSM_KEY.privateKey, TBS));
    const { error } = await recordedBy(issueIntermediate, step, context);
    assert.equal(error, undefined);
    assert.deepEqual([...files.content.keys()].slice(1), [
      'certificates/tls-ca-1.crt',
      'certificates/tls-ca-1.pem',
      'certificates/tls-ca-1.txt',
      'publish/tls-ca-1.crt',
      'publish/tls-ca-1.pem',
      'publish/tls-ca-1.csv',
      'publish/tls-ca-1.txt',
      'publish/tls-ca-1-chain.pem',
      'publish/tls-ca-1-full-chain.pem',
    ]);
    const issued = files.content.get('certificates/tls-ca-1.crt') as Uint8Array;
    assert.equal(Buffer.compare(parseCertificate(issued).tbs, TBS), 0);
    const [own, root] = [issued, bytesOf('certificates/root.crt')].map((der) => pemOf('CERTIFICATE', der));
    // Leaf first; servers send no root.
    assert.equal(String(files.content.get('publish/tls-ca-1-chain.pem')), own);
    assert.equal(String(files.content.get('publish/tls-ca-1-full-chain.pem')), `${own}${root}`);
    const folder = mkdtempSync(join(tmpdir(), 'quorate-chain-'));
    try {
      writeFileSync(join(folder, 'root.pem'), root ?? '');
      writeFileSync(join(folder, 'chain.pem'), files.content.get('publish/tls-ca-1-chain.pem') ?? '');
      const verify = ['verify', '-x509_strict', '-no_check_time', '-CAfile', 'root.pem', 'chain.pem'];
      assert.equal(execFileSync('openssl', verify, { cwd: folder, encoding: 'utf8' }), 'chain.pem: OK\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('a signature by another key than the issuer’s gives no certificate', async () => {
    const { files, context } = stage(hsmSign(otherKey().privateKey, TBS));
    const { error } = await recordedBy(issueIntermediate, step, context);
    assert.ok(error instanceof CeremonyError);
    assert.equal(error.code, 'HSM_SIGNATURE');
    assert.equal(error.message, 'the signature of the new certificate does not verify with the certificate "root"');
    assert.deepEqual([...files.content.keys()], ['certificates/root.crt']);
  });

  const refused = async ({ files, context }: ReturnType<typeof stage>, code: string, message: RegExp) => {
    const { error } = await recordedBy(issueIntermediate, step, context);
    assert.ok(error instanceof CeremonyError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    assert.deepEqual([...files.content.keys()], ['certificates/root.crt']);
  };

  test('other bytes than the approved ones give no certificate, whoever signed them', async () => {
    const proposed = EVENTS.find((event) => event.type === 'proposed' && event.step === 'tls-ca-2');
    const other = bytesOf((proposed?.type === 'proposed' && proposed.payload) || '');
    const assemble = ((_tbs: unknown, mechanism: string, signature: Uint8Array) =>
      lazyIssue.assemble(other, mechanism, signature)) as Issue['assemble'];
    const staged = stage(hsmSign(HSM_KEY.privateKey, other), TBS, { ...lazyIssue, assemble });
    await refused(staged, 'PAYLOAD_DIGEST', /^the assembled certificate does not hold the approved bytes$/);
  });

  test('what breaks a rule once it is signed gives no certificate', async () => {
    const broken = withOtherKey(TBS, otherKey().spki);
    const staged = stage(hsmSign(HSM_KEY.privateKey, broken), broken);
    await refused(staged, 'LINT_FAILED', /rfc5280\/subject-key-identifier-derived/);
  });

  /** Before the batch is proposed, and with these files there. */
  function proposing(
    events: readonly Event[],
    files: ReadonlyMap<string, Uint8Array>,
    random = Buffer.alloc(16, 0x5a),
  ) {
    return {
      guard: { random: async () => random },
      issue: lazyIssue,
      pack: {
        read: async (path: string) => files.get(path) as Uint8Array,
        open: async (path: string) => files.get(path) as Uint8Array,
        list: async () => [...files.keys()],
      },
      ceremony: { plan: PLAN, events: () => events },
    };
  }
  const before = EVENTS.filter(({ seq }) => seq < PROPOSED.seq);
  const propose = (context: object, params: object = step.params) =>
    issueIntermediate.propose?.(params as never, step, context as never, AT);

  test('it is proposed while the certificate of its issuer is approved and not yet signed', async () => {
    assert.ok(
      before.includes(ROOT_PROPOSED) && !before.some(({ type, seq }) => type === 'result' && seq > ROOT_PROPOSED.seq),
    );
    const tbs = new Map([[ROOT_PROPOSED.payload ?? '', bytesOf(ROOT_PROPOSED.payload ?? '')]]);
    const material = await propose(
      proposing(before, tbs, Buffer.from(parseCertificate(bytesOf(CERTIFICATE)).serial.hex.slice(2), 'hex')),
    );
    assert.deepEqual(material?.payload, TBS);
    assert.equal(material?.operation.op === 'sign' && material.operation.key, ROOT_PROPOSED.descriptor['key']);
  });

  test('bytes that are not what was asked for are not proposed', async () => {
    const context = proposing(before, new Map([[ROOT_PROPOSED.payload ?? '', bytesOf(ROOT_PROPOSED.payload ?? '')]]));
    const tbsCertificate: Issue['tbsCertificate'] = (request, holes) =>
      lazyIssue.tbsCertificate({ ...request, notAfter: '2031-01-01T00:00:00Z' }, holes);
    await refuses(
      () => propose({ ...context, issue: { ...lazyIssue, tbsCertificate } }),
      'LINT_FAILED',
      /^the to-be-signed certificate differs from what was asked: notAfter is 2031-01-01T00:00:00Z .*, asked for 2032-/,
    );
  });

  test('nothing is proposed by another key than the one in the certificate of the issuer', async () => {
    const { spki } = otherKey();
    const root = withOtherKey(bytesOf(ROOT_PROPOSED.payload ?? ''), spki);
    // As if that root had been proposed: what is not as it was is refused by its digest.
    const payload = { sha256: sha256(root), size: root.length };
    const others = before.map((event) =>
      event === ROOT_PROPOSED ? { ...event, descriptor: { ...ROOT_PROPOSED.descriptor, payload } } : event,
    );
    const given = new Map([[ROOT_PROPOSED.payload ?? '', root]]);
    await refuses(() => propose(proposing(before, given)), 'PAYLOAD_DIGEST', /root/);
    await refuses(
      () => propose(proposing(others, given)),
      'LINT_FAILED',
      `the key that is to sign has the SHA-256 ${ROOT_PROPOSED.descriptor['key']}, and that of the issuer's certificate ${sha256(spki)}`,
    );
  });

  test('nothing is proposed below what is neither issued nor proposed', async () => {
    const until = before.filter(({ seq }) => seq < ROOT_PROPOSED.seq);
    await refuses(
      () => propose(proposing(until, new Map())),
      'HSM_OBJECT_MISSING',
      'the certificate of step "root-certificate" is neither issued nor proposed',
    );
  });

  test('nothing is proposed for a key that is not there', async () => {
    const tbs = new Map([[ROOT_PROPOSED.payload ?? '', bytesOf(ROOT_PROPOSED.payload ?? '')]]);
    await refuses(
      () => propose(proposing(before, tbs), { ...step.params, 'subject-key': 'other' }),
      'HSM_OBJECT_MISSING',
      'the key "other" has not been generated',
    );
  });

  test('a serial number that came before is not proposed: the generator is in doubt', async () => {
    const tbs = new Map([[ROOT_PROPOSED.payload ?? '', bytesOf(ROOT_PROPOSED.payload ?? '')]]);
    const again = Buffer.from(parseCertificate(bytesOf('certificates/root.crt')).serial.bytes.subarray(1));
    await refuses(
      () => propose(proposing(before, tbs, again)),
      'HSM_RANDOM',
      /^the HSM's random number gives the serial number 01[0-9a-f]{32}, and event [0-9]+ has it$/,
    );
    const previous = new Map(tbs).set('previous/certificates/a.crt', bytesOf('certificates/tls-ca-2.crt'));
    const old = Buffer.from(parseCertificate(bytesOf('certificates/tls-ca-2.crt')).serial.bytes.subarray(1));
    await refuses(
      () => propose(proposing(before, previous, old)),
      'HSM_RANDOM',
      /, and "previous\/certificates\/a\.crt" has it$/,
    );
  });

  test('a key or a subject of another certificate of the CA is not proposed, though the script does not use that', async () => {
    const there = new Map([[ROOT_PROPOSED.payload ?? '', bytesOf(ROOT_PROPOSED.payload ?? '')]]);
    there.set('previous/certificates/a.crt', bytesOf('certificates/tls-ca-2.crt'));
    const { subject } = parseCertificate(bytesOf('certificates/tls-ca-2.crt'));
    const CN = subject.attributes.at(-1)?.value ?? '';
    const own = step.params['subject'] as JsonObject;
    await refuses(
      () => propose(proposing(before, there), { ...step.params, 'subject-key': 'tls-ca-2' }),
      'LINT_FAILED',
      /^the certificate does not fit what this CA has issued: "the new one" certifies the key of "previous\/certificates\/a\.crt" under another subject/,
    );
    await refuses(
      () => propose(proposing(before, there), { ...step.params, subject: { ...own, CN } }),
      'LINT_FAILED',
      /"the new one" has the subject of "previous\/certificates\/a\.crt" \(.*\), and another key/,
    );
    const again = { ...step.params, 'subject-key': 'tls-ca-2', subject: { ...own, CN } };
    assert.ok((await propose(proposing(before, there), again))?.payload, 'one is renewed under its own name');
    const renewed = (crl: Uint8Array) =>
      propose(proposing(before, new Map(there).set('previous/crls/a.crl', crl)), again);
    assert.ok((await renewed(await revoking('tls-ca-1', 'keyCompromise')))?.payload, 'another one was compromised');
    assert.ok((await renewed(await revoking('tls-ca-2', 'superseded')))?.payload, 'it was only superseded');
    await refuses(
      () => revoking('tls-ca-2', 'keyCompromise').then(renewed),
      'LINT_FAILED',
      /certifies the key of "previous\/certificates\/a\.crt", which was revoked at 2027-01-02T00:00:00Z for keyCompromise$/,
    );
  });

  async function revoking(id: string, reason: Revocation['reason']): Promise<Uint8Array> {
    const tbs = wholeOf(
      await lazyIssue.tbsCertList({
        profile: PLAN.profiles['root-crl'] as unknown as CrlProfile,
        issuer: issuerIdentity(parseCertificate(bytesOf('certificates/root.crt'))),
        number: 2n,
        thisUpdate: '2027-02-01T00:00:00Z',
        nextUpdate: '2027-12-01T00:00:00Z',
        revoked: [
          {
            serial: parseCertificate(bytesOf(`certificates/${id}.crt`)).serial.bytes,
            at: '2027-01-02T00:00:00Z',
            reason,
          },
        ],
        signatureAlgorithm: 'ecdsa-sha384',
      }),
    );
    return lazyIssue.assemble(tbs, 'ecdsa-sha384', hsmSign(HSM_KEY.privateKey, tbs));
  }

  test('key and certificate of an earlier ceremony sign, too', async () => {
    const root = parseCertificate(bytesOf('certificates/root.crt'));
    const key = EVENTS.find((event) => event.type === 'result' && event.facts['algorithm'] !== undefined);
    assert.ok(key?.type === 'result');
    const spkiSha256 = String(key.facts['spkiSha256']);
    const uses: Readonly<Record<string, PlannedUse>> = {
      'old-key': {
        kind: 'key',
        name: 'root',
        label: 'x',
        id: '00',
        algorithm: 'ecdsa-p384',
        spki: String(key.facts['spki']),
        spkiSha256,
        token: 'root-hsm',
      },
      old: {
        kind: 'certificate',
        name: 'root',
        sha256: '',
        path: 'previous/certificates/a.crt',
        spkiSha256,
        signedBy: spkiSha256,
        notBefore: root.notBefore.at,
        notAfter: root.notAfter.at,
      },
    };
    const files = new Map([['previous/certificates/a.crt', bytesOf('certificates/root.crt')]]);
    const context = proposing(
      before.filter((event) => event !== ROOT_PROPOSED),
      files,
    );
    const material = await propose(
      { ...context, ceremony: { ...context.ceremony, plan: { ...PLAN, uses } } },
      {
        ...step.params,
        issuer: 'old',
        key: 'old-key',
        'not-after': { from: 'not-before', plus: 'P20Y', 'at-most': 'old.not-after' },
      },
    );
    assert.equal(material?.operation.op === 'sign' && material.operation.key, spkiSha256);
    const tbs = parseTbsCertificate(material?.payload as Uint8Array);
    assert.equal(tbs.notAfter.at, root.notAfter.at);
    assert.deepEqual(tbs.issuer.der, root.subject.der);
  });
});
