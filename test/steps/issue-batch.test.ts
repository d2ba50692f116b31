import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { lazyIssue } from '../../src/adapters/issuing.ts';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { wholeOf } from '../../src/base/octets.ts';
import { issuerIdentity } from '../../src/pki/issuer.ts';
import { subjectOf } from '../../src/pki/name.ts';
import type { BatchParameters } from '../../src/plan/batch.ts';
import { lintDraft } from '../../src/plan/lint-draft.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { stepsOf } from '../../src/plan/plan.ts';
import { bytesOf, toBeSigned } from '../../src/quorum/sign-list.ts';
import { readScript } from '../../src/script/read-script.ts';
import { proposeBatch, signBatch } from '../../src/steps/batch-issued.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { parseCertificate, parseTbsCertificate } from '../../src/x509/certificate.ts';
import { assertRejects } from '../der/refusal.ts';
import { batch, withBatch } from '../forge/batch.ts';
import { PAIRS } from '../forge/folder-intake.ts';
import { recordCeremony } from '../forge/record.ts';
import { WINDOW } from '../forge/stage.ts';
import { ecPair, requestOf, spkiOf } from '../pki/requests.ts';
import { TEMPLATES } from '../plan/planned.ts';
import { type Falsification, recordOf, withoutEvent } from './recording.ts';

const recorded = recordOf(await recordCeremony(batch()));
const { judges, files, events, stepOf, plan } = recorded;
const OUTS = ['alpha.crt', 'beta-2.crt', 'beta.crt'];
const KEYS = [PAIRS[0], PAIRS[1], PAIRS[2]];
const made = (all: ReadonlyMap<string, Uint8Array>, out: string) =>
  parseCertificate(all.get(`certificates/${out}`) ?? new Uint8Array());
const PROPOSED = (() => {
  const event = events.find((one) => one.type === 'proposed' && one.step === 'devices');
  assert.ok(event?.type === 'proposed');
  return event;
})();
const finding = (message: string) => `STEP-CERTIFICATE step ${stepOf('devices').number} "devices": ${message}`;
const put = (path: string, bytes: Uint8Array): Falsification => ({ files: (all) => void all.set(path, bytes) });

describe('a certificate for every request of a folder', () => {
  test('is of its key, under the name of its file, and all by one approval', () => {
    const proposed = events.filter((event) => event.type === 'proposed' && event.step === 'devices');
    assert.equal(proposed.length, 1);
    const [one] = proposed;
    assert.ok(one?.type === 'proposed');
    assert.deepEqual(
      (one.descriptor['items'] as { out: string }[]).map(({ out }) => out),
      OUTS,
    );
    for (const [index, out] of OUTS.entries()) {
      const { subject, spki } = made(files, out);
      assert.deepEqual(
        subject.attributes.map(({ value }) => value),
        ['US', 'Example Org', `REHEARSAL ${out.replace('.crt', '')}`],
      );
      assert.equal(sha256(spki.der), sha256(spkiOf(KEYS[index] as (typeof PAIRS)[0])));
    }
    assert.equal(new Set(OUTS.map((out) => made(files, out).serial.hex)).size, 3);
  });

  test('is kept and published as any other is', () => {
    const own = [...files.keys()].filter((path) => path.includes('beta-2'));
    assert.deepEqual(own.sort(), [
      'certificates/beta-2.crt',
      'certificates/beta-2.pem',
      'certificates/beta-2.txt',
      'inputs/requests/beta-2.csr',
      'publish/beta-2-chain.pem',
      'publish/beta-2-full-chain.pem',
      'publish/beta-2.crt',
      'publish/beta-2.csv',
      'publish/beta-2.pem',
      'publish/beta-2.txt',
    ]);
  });

  test('has the common name of its request, where the script says so', async () => {
    const said = (text: string) =>
      text.replace(
        'subject: { C: US, O: Example Org }',
        'subject: { C: US, O: Example Org }\n          common-name: from-request',
      );
    const other = recordOf(await recordCeremony(batch(said)));
    assert.deepEqual(
      OUTS.map((out) => made(other.files, out).subject.attributes.at(-1)?.value),
      ['REHEARSAL Alpha', 'REHEARSAL Beta', 'REHEARSAL Beta 0'],
    );
    assert.deepEqual(other.judged('devices'), []);
  });
});

judges('devices', [
  [
    'nothing was signed',
    { keep: (event) => !(event.type === 'result' && event.proposal === PROPOSED.seq) },
    finding('no certificates were signed'),
  ],
  [
    'another list was proposed',
    {
      event: (event) => {
        if (event.type === 'proposed' && event.step === 'devices') event.descriptor.items[1].out = 'beta-1.crt';
      },
    },
    /proposes "items" .*"beta-1\.crt".*; planned was .*"beta-2\.crt"/,
  ],
  [
    'a key that is not its issuer’s was to sign',
    {
      event: (event) => {
        if (event.type === 'proposed' && event.step === 'devices') event.descriptor.key = 'ab'.repeat(32);
      },
    },
    /proposes "key" "(ab){32}"; planned was "[0-9a-f]{64}"$/,
  ],
  [
    'a certificate is gone',
    { files: (all) => void all.delete('certificates/beta.crt') },
    finding('the certificate of beta.csr is not in the pack'),
  ],
  [
    'a certificate is that of another request',
    put('certificates/beta.crt', files.get('certificates/alpha.crt') as Uint8Array),
    /beta\.csr: subjectPublicKeyInfo is [0-9a-f]+, asked for [0-9a-f]+/,
  ],
  [
    'another request lies where it was read',
    put('inputs/requests/alpha.csr', requestOf({ key: ecPair() })),
    finding('the folder "requests" was not read, or is not what was read'),
  ],
  [
    'a request is gone',
    { files: (all) => void all.delete('inputs/requests/alpha.csr') },
    finding('the folder "requests" was not read, or is not what was read'),
  ],
  [
    'nothing was read',
    withoutEvent('read-requests', 'observation'),
    finding('the folder "requests" was not read, or is not what was read'),
  ],
]);

describe('the list', () => {
  const step = stepOf('devices');
  const params = step.params as unknown as BatchParameters;
  const before = events.filter(({ seq }) => seq < PROPOSED.seq);
  const { at } = PROPOSED;
  /** Other bytes for each, and those of the first again at one place. */
  const random = (again?: number) => async (_hsm: string, length: number, count: number) =>
    Buffer.concat(Array.from({ length: count }, (_, one) => Buffer.alloc(length, one === again ? 1 : one + 1)));
  /** What was written once it was signed is not there yet. */
  const isOwn = (path: string) => OUTS.some((out) => path.includes(`/${out.replace('.crt', '')}`));
  const there = [...files].filter(([path]) => path.startsWith('inputs/') || !isOwn(path));
  const propose = (
    more: { readonly again?: number; readonly files?: ReadonlyMap<string, Uint8Array>; readonly plan?: object } = {},
  ) => {
    const all = new Map([...there, ...(more.files ?? [])]);
    const context = {
      guard: { random: random(more.again) },
      issue: lazyIssue,
      pack: {
        list: async () => [...all.keys()],
        read: async (path: string) => all.get(path) as Uint8Array,
        open: async (path: string) => all.get(path) as Uint8Array,
      },
      ceremony: { plan: { ...plan, ...more.plan }, events: () => before },
    };
    return proposeBatch(params, step, context as never, at);
  };

  test('has the bytes of each, one behind the other, with a serial number of its own', async () => {
    const { operation, payload, lint } = await propose();
    assert.deepEqual(lint, []);
    const serials = toBeSigned(operation).map(
      (one) => parseTbsCertificate(bytesOf(one, wholeOf(payload ?? new Uint8Array()))).serial.hex,
    );
    assert.deepEqual(
      serials,
      ['01', '02', '03'].map((byte) => `01${byte.repeat(16)}`),
    );
  });

  test('is refused where a random number comes again', () =>
    assertRejects(
      () => propose({ again: 2 }),
      'HSM_RANDOM',
      `the HSM's random number gives the serial number 01${'01'.repeat(16)}, and the certificate of alpha.csr has it`,
    ));

  test('is refused where an earlier certificate has one of the names, whatever the script uses', async () => {
    const earlier = await lazyIssue.standIn({
      profile: plan.profiles['device-ca'] as never,
      subject: subjectOf({ C: 'US', O: 'Example Org', CN: 'REHEARSAL beta' }),
      issuer: issuerIdentity(made(files, 'root.crt')),
      ...{ notBefore: at, notAfter: '2030-01-01T00:00:00Z', keyAlgorithm: 'ecdsa-p384' },
      signatureAlgorithm: 'ecdsa-sha384',
    });
    await assertRejects(
      () => propose({ files: new Map([['previous/certificates/aa.crt', earlier]]) }),
      'LINT_FAILED',
      /^the certificate does not fit what this CA has issued: "beta\.crt" has the subject of "previous\/certificates\/aa\.crt"/,
    );
  });

  test('is refused where a file of the pack has the name of one', () =>
    assertRejects(
      () => propose({ files: new Map([['publish/beta.pem', new Uint8Array()]]) }),
      'REQUEST_NAME',
      'beta.csr: "beta.pem" is the file of "publish/beta.pem"',
    ));

  test('is refused where what lies in the pack is not what was read', () =>
    assertRejects(
      () => propose({ files: new Map([['inputs/requests/zulu.csr', requestOf({ key: ecPair() })]]) }),
      'FILE_MISSING',
      'the folder "requests" was not read, or is not what was read',
    ));

  test('is refused where one breaks a rule, and its request named', () =>
    assertRejects(
      () => propose({ plan: { rules: ['rfc5280', 'chrome'] } }),
      'LINT_FAILED',
      /^alpha\.csr: the to-be-signed bytes break [0-9]+ rules: /,
    ));

  test('gives no file at all where one signature is wrong', async () => {
    const result = events.find((event) => event.type === 'result' && event.proposal === PROPOSED.seq);
    assert.ok(result?.type === 'result');
    const signatures = (result.facts['signatures'] as string[]).map((one) => Buffer.from(one, 'base64'));
    const run = async (given: readonly (Uint8Array | undefined)[]) => {
      const written: string[] = [];
      const context = {
        operations: {
          execute: async function* () {
            yield* [];
            return { signatures: given, payload: files.get(PROPOSED.payload ?? '') };
          },
        },
        issue: lazyIssue,
        pack: {
          read: async (path: string) => files.get(path) as Uint8Array,
          open: async (path: string) => files.get(path) as Uint8Array,
          add: async function* (_step: unknown, all: Iterable<readonly [path: string, bytes: Uint8Array]>) {
            for (const [path] of all) {
              written.push(path);
              yield* [];
            }
          },
        },
        ceremony: { plan, events: () => events },
      };
      const running = signBatch(params, step, context as never);
      try {
        for (let next = await running.next(); !next.done; next = await running.next())
          assert.fail('nothing is recorded');
      } catch (error) {
        return { written, error };
      }
      return { written, error: undefined };
    };
    assert.equal((await run(signatures)).written.length, 3 * 9);
    const [one, two, three] = signatures;
    for (const given of [
      [one, three, two],
      [one, two],
    ]) {
      const { written, error } = await run(given);
      assert.deepEqual(written, []);
      assert.ok(error instanceof CeremonyError);
      assert.equal(error.code, 'HSM_SIGNATURE');
      assert.match(error.message, /^beta(-2)?\.crt: its signature does not verify with the certificate "root"$/);
    }
  });
});

describe('the plan', () => {
  const text = withBatch(readFileSync(new URL('../../ceremonies/root-generation-vault.yaml', import.meta.url), 'utf8'));
  const planned = (changed: string) => {
    const script = readScript(Buffer.from(changed), 'script.yaml', STEP_TYPES);
    return makePlan({ script, stepTypes: STEP_TYPES, templates: TEMPLATES, window: [WINDOW.from, WINDOW.until] });
  };
  const found = (changed: string) => planned(changed).problems.map(({ code, text: said }) => `${code} ${said}`);
  const cases: readonly (readonly [string, string, string, readonly string[]])[] = [
    [
      'a rule pack that has a person issue each',
      'rules: [rfc5280, private]',
      'rules: [rfc5280, cabf-tls]',
      [
        'PLAN_RULES under the rule pack "cabf-tls" a person issues each certificate by a direct command (BR 4.3.1.1), and a batch is one command for many',
      ],
    ],
    [
      'an input that is none',
      'input: requests\n',
      'input: request\n',
      [
        'PLAN_ORDER "devices" cannot be proposed here: the request "request" has not been read yet',
        'PLAN_NAME the script has no input "request" of type csr-folder',
      ],
    ],
    [
      'a folder that is not compared before',
      '{ value: requests.sha256, against: authorization }',
      '{ value: requests.spki, against: authorization }',
      ['PLAN_ORDER the folder "requests" was not compared with what arrived another way'],
    ],
    [
      'an issuer that is none',
      'issuer: root\n',
      'issuer: other\n',
      ['PLAN_NAME the certificate "other" is not made by an earlier step'],
    ],
    [
      'a profile of a root',
      'profile: device-ca\n',
      'profile: root\n',
      ['PLAN_PROFILE the profile "root" is one of kind "root-ca", expected "subordinate-ca"'],
    ],
    ['a common name for all', 'subject: { C: US, O: Example Org }', 'subject: { C: US, CN: All }', ['KEY_UNKNOWN']],
    [
      'a file for all',
      '        step: issue-batch\n',
      '        step: issue-batch\n        out: all.crt\n',
      ['PLAN_FILE a step of type "issue-batch" writes no file of its own'],
    ],
    [
      'a name for all',
      '        step: issue-batch\n',
      '        step: issue-batch\n        makes: { certificate: all }\n',
      ['PLAN_NAME a step of type "issue-batch" makes no certificate'],
    ],
  ];

  test('has nothing against one that is as it should be, and lints one that stands for all', async () => {
    const { plan, draft, problems } = planned(text);
    assert.deepEqual(problems, []);
    assert.ok(plan && draft);
    assert.equal(stepsOf(plan).find(({ id }) => id === 'devices')?.operation, 'sign-list');
    assert.deepEqual(
      await lintDraft(draft, readScript(Buffer.from(text), 'script.yaml', STEP_TYPES).positions, lazyIssue, [
        WINDOW.from,
        WINDOW.until,
      ]),
      [],
    );
    const dated = text
      .replace('plus: P5Y, minus: PT1S, at-most', 'plus: P5Y, at-most')
      .replace(/plus: P5Y, at-most: root.not-after \}/, 'plus: P40Y }');
    const late = planned(dated);
    assert.ok(late.draft);
    const linted = await lintDraft(
      late.draft,
      readScript(Buffer.from(dated), 'script.yaml', STEP_TYPES).positions,
      lazyIssue,
      [WINDOW.from, WINDOW.until],
    );
    assert.ok(
      linted.some(({ text: said }) => said.startsWith('"each of devices" is valid until')),
      linted.map((one) => one.text).join('\n'),
    );
  });

  for (const [name, from, to, expected] of cases)
    test(`refuses ${name}`, () => {
      const changed = text.replace(from, to);
      assert.notEqual(changed, text);
      const problems = found(changed);
      for (const one of expected)
        assert.ok(
          problems.some((problem) => problem.startsWith(one)),
          problems.join('\n'),
        );
    });
});
