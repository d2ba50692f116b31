import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { lazyIssue } from '../../src/adapters/issuing.ts';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { OID } from '../../src/der/oid.ts';
import { boolean, integer, sequence } from '../../src/der/writer.ts';
import { deriveLedger } from '../../src/ledger/derive.ts';
import { pemOf } from '../../src/pki/pem.ts';
import { issueCrossCertificate } from '../../src/steps/issue-cross-certificate.ts';
import { readInput } from '../../src/steps/read-input.ts';
import { parseCertificate, parseTbsCertificate } from '../../src/x509/certificate.ts';
import { subjectKeyIdentifier } from '../../src/x509/extensions.ts';
import { renderDocument } from '../../src/x509/render.ts';
import { crossing, PARTNER_ROOT } from '../forge/crossing.ts';
import { hsmSign } from '../forge/guard-double.ts';
import { PAIR } from '../forge/intake.ts';
import { recordCeremony } from '../forge/record.ts';
import { otherKey } from '../forge/reissue.ts';
import { oldKeyIdentifier, PARTNER, partnerExtensions, partnerRoot } from '../pki/partner.ts';
import { ecPair, spkiOf } from '../pki/requests.ts';
import { MemoryFiles } from '../run/fakes.ts';
import { extensionDer } from '../x509/build.ts';
import { type Falsification, facts, recordOf } from './recording.ts';

const { judges, judged, stepOf, recordedBy, events, files, plan } = recordOf(await recordCeremony(crossing()));
const BROUGHT = 'inputs/partner-root.crt';
const CERTIFICATE = 'certificates/partner.crt';
const bytesOf = (path: string) => files.get(path) as Uint8Array;
const finding = (message: string) => `STEP-CERTIFICATE step ${stepOf('cross').number} "cross": ${message}`;
const PROPOSED = events.find((event) => event.type === 'proposed' && event.step === 'cross');
assert.ok(PROPOSED?.type === 'proposed');
const TBS = bytesOf(PROPOSED.payload ?? '');
/** The same CA by another key. */
const OTHER = partnerRoot({ key: ecPair('P-384') });
const put = (path: string, bytes: Uint8Array): Falsification => ({ files: (all) => void all.set(path, bytes) });

test('name, key and key identifier are those that were brought, to the byte', () => {
  const { subject, spki, extensions, issuer } = parseCertificate(bytesOf(CERTIFICATE));
  assert.deepEqual(Buffer.from(subject.der), Buffer.from(PARTNER));
  assert.deepEqual(Buffer.from(spki.der), Buffer.from(spkiOf(PAIR)));
  assert.deepEqual(Buffer.from(subjectKeyIdentifier(extensions) ?? []), Buffer.from(oldKeyIdentifier(PAIR)));
  assert.deepEqual(issuer.der, parseCertificate(bytesOf('certificates/root.crt')).subject.der);
});

test('the ledger has it as one that the root has signed, of a key that is not its own', () => {
  const { certificates } = deriveLedger(plan, events, (path) => files.get(path));
  const [, cross] = certificates;
  assert.deepEqual([cross?.name, cross?.key, cross?.path], ['partner', 'root', CERTIFICATE]);
  assert.equal(cross?.spkiSha256, sha256(spkiOf(PAIR)));
});

judges('cross', [
  ['nothing was signed', { keep: (event) => event.type !== 'result' }, finding('no certificate was signed')],
  [
    'the certificate beside it is not in the pack',
    { files: (all) => void all.delete(BROUGHT) },
    finding('the certificate "partner-root" beside it is not in the pack'),
  ],
  ['the certificate beside it is of another key', put(BROUGHT, OTHER), /subjectPublicKeyInfo is .*, asked for /],
  [
    'the certificate beside it has no key identifier',
    put(BROUGHT, partnerRoot({ key: PAIR, extensions: [] })),
    finding('the existing certificate has no subject key identifier to refer to'),
  ],
  [
    'nothing was read',
    { keep: (event) => event.type !== 'observation' || event.subject !== 'input' },
    finding('the certificate "partner-root" beside it is not in the pack'),
  ],
  ['its issuer is another', put('certificates/root.crt', bytesOf(CERTIFICATE)), /"cross": issuer is .*, asked for /],
  [
    'it was to end with what was brought',
    {
      params: {
        ...stepOf('cross').params,
        'not-after': { from: 'not-before', plus: 'P20Y', 'at-most': 'partner-root.not-after' },
      },
    },
    finding('notAfter is 2030-03-10T08:59:59Z (utc), asked for 2036-01-01T00:00:00Z (utc)'),
  ],
]);

const where = (message: string) => new RegExp(`^STEP-INPUT step \\d+ "read-partner": ${message}`);
judges('read-partner', [
  [
    'the certificate is gone',
    { files: (all) => void all.delete(BROUGHT) },
    where('the certificate is not in the pack'),
  ],
  [
    'another lies there than was authorized',
    {
      files: (all) => {
        all.set(BROUGHT, OTHER);
        all.set('inputs/partner-root.pem', Buffer.from(pemOf('CERTIFICATE', OTHER)));
        all.set('inputs/partner-root.txt', Buffer.from(`${[...renderDocument(OTHER)].join('\n')}\n`));
      },
    },
    where(`"partner-root" is ${sha256(OTHER)}, and the authorization names ${sha256(PARTNER_ROOT)} as`),
  ],
  [
    'it is of no CA',
    put(BROUGHT, partnerRoot({ key: PAIR, extensions: [] })),
    where('inputs/partner-root\\.crt: it is not the certificate of a CA'),
  ],
  [
    'its PEM is of another',
    put('inputs/partner-root.pem', Buffer.from(pemOf('CERTIFICATE', OTHER))),
    where('"inputs/partner-root\\.pem" is not the same as the certificate$'),
  ],
  [
    'the record has it elsewhere',
    facts('read-partner', (all) => {
      all.certificate = 'inputs/other.crt';
    }),
    where('the record says "inputs/other\\.crt" as "certificate"'),
  ],
]);

describe('reading the certificate of another CA', () => {
  const step = stepOf('read-partner');
  async function reading(bytes: Uint8Array) {
    const said: string[] = [];
    const medium = { name: 'inbox 1', files: { open: async () => bytes } };
    const terminal = { ask: async () => 'done', say: async (lines: readonly string[]) => void said.push(...lines) };
    const pack = {
      add: async function* (_step: unknown, all: Iterable<readonly [path: string, bytes: Uint8Array]>) {
        for (const [path] of all) {
          yield { type: 'file', path };
        }
      },
      list: async () => [],
    };
    const attempts = { attended: <T>(attempt: () => Promise<T>) => attempt() };
    const authorization = { references: new Map([['partner-root-sha256', sha256(PARTNER_ROOT)]]) };
    const ceremony = { plan, events: () => events.slice(0, 5), authorization };
    const clock = { now: () => '2027-01-01T00:00:00Z' };
    const context = { attempts, clock, media: () => [medium], pack, terminal, ceremony };
    return { said, ...(await recordedBy(readInput, step, context)) };
  }

  test('takes the one that the authorization names, as PEM too', async () => {
    const { said, error } = await reading(Buffer.from(pemOf('CERTIFICATE', PARTNER_ROOT)));
    assert.equal(error, undefined);
    assert.equal(said[0], 'The certificate "partner-root" is signed with its own key, of ECDSA P-384.');
    assert.equal(said[1], 'It is kept as inputs/partner-root.crt.');
  });

  test('refuses any other', async () => {
    const { error } = await reading(OTHER);
    assert.ok(error instanceof CeremonyError);
    assert.equal(error.code, 'REQUEST_REFERENCE');
    assert.match(
      error.message,
      /^"partner-root" is [0-9a-f]{64}, and the authorization names [0-9a-f]{64} as "partner-root-sha256"$/,
    );
  });
});

describe('certifying another CA', () => {
  const step = stepOf('cross');

  function stage(signature: Uint8Array) {
    const content = new MemoryFiles();
    for (const path of ['certificates/root.crt', BROUGHT]) content.content.set(path, Buffer.from(bytesOf(path)));
    const pack = {
      add: async function* (_step: unknown, all: Iterable<readonly [path: string, bytes: Uint8Array]>) {
        for (const [path, bytes] of all) {
          await content.create(path, bytes);
          yield { type: 'file', path };
        }
      },
      read: (path: string) => content.read(path),
    };
    const operations = {
      execute: async function* () {
        yield* [];
        return { facts: {}, bytes: signature, payload: TBS };
      },
    };
    return { content, context: { operations, issue: lazyIssue, pack, ceremony: { plan, events: () => events } } };
  }

  test('a signature by another key than the issuer’s gives no certificate', async () => {
    const { content, context } = stage(hsmSign(otherKey().privateKey, TBS));
    const { error } = await recordedBy(issueCrossCertificate, step, context);
    assert.ok(error instanceof CeremonyError);
    assert.equal(error.code, 'HSM_SIGNATURE');
    assert.equal(content.content.size, 2);
  });

  test('nothing is proposed for a certificate that was not read', async () => {
    const before = events.filter(({ seq, type }) => seq < PROPOSED.seq && type !== 'observation');
    const context = {
      guard: { random: async () => Buffer.alloc(16, 0x5a) },
      issue: lazyIssue,
      pack: { read: async (path: string) => bytesOf(path), list: async () => [] },
      ceremony: { plan, events: () => before },
    };
    await assert.rejects(
      async () => await issueCrossCertificate.propose?.(step.params as never, step, context as never, PROPOSED.at),
      {
        code: 'FILE_MISSING',
        message: 'no certificate "partner-root" has been read',
      },
    );
  });

  test('what is proposed is the same certificate with another serial number, linted as a cross-certificate', async () => {
    const context = {
      guard: { random: async () => Buffer.alloc(16, 0x5a) },
      issue: lazyIssue,
      pack: { read: async (path: string) => bytesOf(path), list: async () => [] },
      ceremony: { plan, events: () => events.filter(({ seq }) => seq < PROPOSED.seq) },
    };
    const material = await issueCrossCertificate.propose?.(step.params as never, step, context as never, PROPOSED.at);
    const [made, was] = [parseTbsCertificate(material?.payload as Uint8Array), parseTbsCertificate(TBS)];
    assert.equal(made.serial.hex, `01${'5a'.repeat(16)}`);
    assert.deepEqual(made.extensions, was.extensions);
    // Derived by SHA-1: of any other certificate the rule packs would say so.
    assert.deepEqual(material?.lint, []);
  });

  test('nothing is proposed that outlives what was brought, or allows more', async () => {
    const brought = partnerRoot({
      key: PAIR,
      until: '2028-01-01T00:00:00Z',
      extensions: [
        extensionDer(OID.basicConstraints, sequence(boolean(true), integer(0)), true),
        ...partnerExtensions(PAIR).slice(1),
      ],
    });
    const context = {
      guard: { random: async () => Buffer.alloc(16, 0x5a) },
      issue: lazyIssue,
      pack: { read: async (path: string) => (path === BROUGHT ? brought : bytesOf(path)), list: async () => [] },
      ceremony: { plan, events: () => events.filter(({ seq }) => seq < PROPOSED.seq) },
    };
    await assert.rejects(
      async () => await issueCrossCertificate.propose?.(step.params as never, step, context as never, PROPOSED.at),
      {
        code: 'LINT_FAILED',
        message:
          'the cross-certificate does not fit the certificate beside which it stands: it has no path length, and "the existing one" has 0; it is valid until 2030-03-10T08:59:59Z, after "the existing one" beside which it stands (2028-01-01T00:00:00Z)',
      },
    );
  });

  test('judged again it is as it was', () => assert.deepEqual(judged('cross', {}), []));
});
