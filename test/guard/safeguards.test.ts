import assert from 'node:assert/strict';
import {
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hash,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, type TestContext, test } from 'node:test';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { Caller } from '../../src/channel/requests.ts';
import { sealEnvelope } from '../../src/cms/enveloped-data.ts';
import {
  assembleCertificate,
  memberCertificateAlgorithm,
  memberCertificateTbs,
} from '../../src/cms/member-certificate.ts';
import { presentCard } from '../../src/guard/cards.ts';
import { GuardMachine } from '../../src/guard/guard.ts';
import { HsmSession } from '../../src/guard/hsm.ts';
import { generateKey } from '../../src/guard/key-generation.ts';
import { signPayload } from '../../src/guard/key-use.ts';
import type { Screen } from '../../src/guard/screen.ts';
import { GuardTerminal } from '../../src/guard/terminal.ts';
import { prepareToken } from '../../src/guard/token-pins.ts';
import { SHARES } from '../../src/quorum/activation.ts';
import { type Authorization, readAuthorization } from '../../src/quorum/authorization.ts';
import { deviationStatementBytes } from '../../src/quorum/deviation.ts';
import { describeOperation, type Operation } from '../../src/quorum/operation.ts';
import { type Member, memberOf, readRoster } from '../../src/quorum/roster.ts';
import { sharePlaintext } from '../../src/quorum/share-envelope.ts';
import { type ShareSet, shareCommitment } from '../../src/quorum/share-set.ts';
import { startGuard } from '../../src/supervisor/processes.ts';
import type { TokenProcess } from '../../src/token/client.ts';
import { assertRejects } from '../der/refusal.ts';
import {
  authorizationDocument,
  documentBytes,
  HSM_MODEL,
  HSM_SERIAL,
  MODEL,
  makeMembers,
  PROGRAM_DIGEST,
  rosterDocument,
  type SoftToken,
  signWith,
  WINDOW,
} from '../forge/stage.ts';
import { keyOperation, utc } from './staged-guard.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document that is taken apart
type Document = any;

const MEMBERS = makeMembers();
const ROSTER = readRoster(documentBytes(rosterDocument(MEMBERS)));
const FILES = { script: sha256('script'), site: sha256('site'), roster: ROSTER.digest };
const CEREMONY = sha256('ceremony');
const PERMITTED = { name: 'root-hsm', module: 'hsm', model: HSM_MODEL, serial: HSM_SERIAL };
const NAMED = { ...PERMITTED, activation: SHARES };
const PRESENT = { slot: 3, serial: HSM_SERIAL, model: HSM_MODEL, initialized: true };
const USE = { op: 'sign', step: 'root-certificate' } as const;
const HOLD = { operations: 5, seconds: 600 };
const PIN = Buffer.from('1234567890');

function permitted(change: (permit: Document) => void = () => undefined): Authorization {
  return readAuthorization(permit(change));
}

function permit(change: (permit: Document) => void = () => undefined): Buffer {
  const document: Document = structuredClone(authorizationDocument(FILES, MEMBERS, 'rehearsal'));
  change(document);
  return Buffer.from(documentBytes(document));
}

// biome-ignore lint/suspicious/noExplicitAny: each test takes the arguments of the request that it answers
type Methods = Readonly<Record<string, (...args: any[]) => unknown>>;

/** A token process that does what a module can be made to do only by its maker; what is not given must not be asked. */
function tokenOf(methods: Methods): TokenProcess & { readonly asked: string[] } {
  const asked: string[] = [];
  const process: Record<string, unknown> = {
    asked,
    lastingCalls: 0,
    ended: new Promise(() => undefined),
    stop: async () => void asked.push('stop'),
  };
  const all: Methods = {
    tokens: () => [PRESENT],
    login: () => undefined,
    // It shows no key before a login, and none of its keys asks for a PIN at each use.
    tokensOf: (of: string) =>
      ((methods['tokens']?.() ?? [PRESENT]) as { serial: string }[])
        .filter(({ serial }) => serial === of)
        .map((facts) => ({ facts, keys: [] })),
    findKey: () => ({ private: { attributes: { SIGN: true } } }),
    ...methods,
  };
  for (const [name, method] of Object.entries(all)) {
    process[name] = async (...args: unknown[]) => {
      asked.push(name);
      return method(...args);
    };
  }
  return process as unknown as TokenProcess & { readonly asked: string[] };
}

const session = (client: TokenProcess, authorized = NAMED) =>
  new HsmSession(authorized, 'rehearsal', async () => client);

function refusalOf(attempt: Promise<unknown>): Promise<CeremonyError> {
  return attempt.then(
    () => assert.fail('it was expected to be refused'),
    (error: CeremonyError) => error,
  );
}

describe('a key that the token has made', () => {
  const operation = keyOperation(HSM_SERIAL) as Extract<Operation, { op: 'generate-key' }>;
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const honest = publicKey.export({ type: 'spki', format: 'der' });

  /** What a token answers that did as asked, changed. */
  function answer(half: 'public' | 'private' = 'public', change: Record<string, boolean | string> = {}, spki = honest) {
    const made = {
      public: { ...operation.publicTemplate, LOCAL: true },
      private: { ...operation.privateTemplate, LOCAL: true, ALWAYS_SENSITIVE: true, NEVER_EXTRACTABLE: true },
    };
    return {
      ...made,
      [half]: { ...made[half], ...change },
      spki: Buffer.from(spki).toString('base64'),
      unreported: { public: [], private: [] },
      mechanism: 'CKM_EC_KEY_PAIR_GEN',
    };
  }

  function generate(
    made: ReturnType<typeof answer>,
    signed: (statement: Uint8Array) => Uint8Array,
    accepted: readonly string[] = [],
  ) {
    const client = tokenOf({
      generateKeyPair: () => made,
      sign: (_token: unknown, _spki: unknown, _mechanism: unknown, statement: Uint8Array) => signed(statement),
    });
    const hsm = session(client);
    return { client, hsm, done: generateKey(hsm, client, operation, CEREMONY, new Set(accepted)) };
  }

  const honestly = (bytes: Uint8Array) => sign('sha384', bytes, privateKey);
  const orphanOf = (spki: Uint8Array) => ({
    done: true,
    orphan: true,
    spki: Buffer.from(spki).toString('base64'),
    spkiSha256: sha256(spki),
    label: operation.label,
    id: operation.id,
  });

  test('is taken when it is as asked', async () => {
    const { facts } = await generate(answer(), honestly).done;
    assert.equal(facts['spkiSha256'], sha256(honest));
    assert.deepEqual(facts['quirks'], []);
  });

  /** The same, but for an attribute that the token does not know. */
  function silent(half: 'public' | 'private', name: string): ReturnType<typeof answer> {
    const made = answer();
    const { [name]: _, ...rest } = made[half] as Record<string, boolean | string>;
    return { ...made, [half]: rest, unreported: { ...made.unreported, [half]: [name] } } as never;
  }

  test('of which the token does not report all is taken once the quorum has accepted just that, and never before', async () => {
    const sentence = 'the token does not report NEVER_EXTRACTABLE of the private key (asked: true)';
    for (const accepted of [[], ['private-local', 'public-never-extractable']]) {
      const { hsm, done } = generate(silent('private', 'NEVER_EXTRACTABLE'), honestly, accepted);
      const error = await refusalOf(done);
      assert.deepEqual([error.code, error.message], ['HSM_QUIRK', sentence]);
      assert.deepEqual(error.details, { ...orphanOf(honest), quirks: ['private-never-extractable'] });
      assert.equal(hsm.keys.size, 0);
    }
    const { facts } = await generate(silent('private', 'NEVER_EXTRACTABLE'), honestly, ['private-never-extractable'])
      .done;
    assert.deepEqual(facts['quirks'], [sentence]);
  });

  for (const name of ['TOKEN', 'PRIVATE', 'SENSITIVE', 'EXTRACTABLE', 'SIGN', 'ID', 'LABEL']) {
    test(`of which the token does not report ${name} is refused, whatever anybody accepts`, async () => {
      const quirk = `private-${name.toLowerCase()}`;
      const error = await refusalOf(generate(silent('private', name), honestly, [quirk]).done);
      assert.equal(error.code, 'HSM_ATTRIBUTE');
      assert.match(error.message, new RegExp(`^${name} of the new private key is not reported, asked for `));
    });
  }

  const OTHER: readonly (readonly ['public' | 'private', string, boolean | string, string])[] = [
    ['private', 'EXTRACTABLE', true, 'false'],
    ['private', 'SENSITIVE', false, 'true'],
    ['private', 'PRIVATE', false, 'true'],
    ['private', 'DECRYPT', true, 'false'],
    ['private', 'LABEL', 'other', '"rehearsal-root"'],
    ['private', 'LOCAL', false, 'true'],
    ['private', 'ALWAYS_SENSITIVE', false, 'true'],
    ['private', 'NEVER_EXTRACTABLE', false, 'true'],
    ['private', 'WRAP', true, 'false'],
    ['public', 'ID', 'ff', '"0a0b0c0d"'],
    ['public', 'DERIVE', true, 'false'],
  ];
  for (const [half, name, value, asked] of OTHER) {
    test(`is refused when the token reads ${name} of the ${half} one back as ${value}`, async () => {
      const { client, hsm, done } = generate(answer(half, { [name]: value }), honestly);
      const error = await refusalOf(done);
      assert.equal(error.code, 'HSM_ATTRIBUTE');
      assert.equal(error.message, `${name} of the new ${half} key is ${JSON.stringify(value)}, asked for ${asked}`);
      assert.equal(error.hint, 'the key exists on the token and must not be used; record it as an orphan');
      assert.deepEqual(error.details, orphanOf(honest));
      assert.deepEqual(client.asked, ['generateKeyPair']);
      assert.equal(hsm.keys.size, 0);
    });
  }

  test('is refused when its public key is weak, before anything is signed with it', async () => {
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ type: 'spki', format: 'der' });
    const off = Buffer.from(honest);
    off.writeUInt8(off.readUInt8(off.length - 1) ^ 1, off.length - 1);
    for (const [spki, why] of [
      [short, /: RSA modulus has 1024 bits, expected at least 2048$/],
      [off, /: .*not.*on the curve/],
    ] as const) {
      const { client, hsm, done } = generate(answer('public', {}, spki), honestly);
      const error = await refusalOf(done);
      assert.equal(error.code, 'HSM_KEY_INVALID', error.message);
      assert.match(error.message, /^the public key of "rehearsal-root" fails its checks: /);
      assert.match(error.message, why);
      assert.deepEqual(error.details, orphanOf(spki));
      assert.deepEqual(client.asked, ['generateKeyPair']);
      assert.equal(hsm.keys.size, 0);
    }
  });

  test('is refused when it is a sound one of another algorithm, new or left by an interruption', async () => {
    const spkiOf = (made: { readonly publicKey: KeyObject }) => made.publicKey.export({ type: 'spki', format: 'der' });
    const other = spkiOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
    const rsa = (modulusLength: number, publicExponent = 65537) =>
      spkiOf(generateKeyPairSync('rsa', { modulusLength, publicExponent }));
    for (const [spki, algorithm, why] of [
      [other, 'ecdsa-p384', 'EC P-256, asked for EC P-384'],
      [rsa(2048), 'rsa-3072', 'RSA 2048 bits, exponent 65537, asked for RSA 3072 bits, exponent 65537'],
      [rsa(3072, 65539), 'rsa-3072', 'RSA 3072 bits, exponent 65539, asked for RSA 3072 bits, exponent 65537'],
    ] as const) {
      const made = answer('public', {}, spki);
      for (const adopts of [null, sha256(spki)]) {
        const left = [
          {
            class: 'public-key',
            id: operation.id,
            spki: made.spki,
            spkiSha256: sha256(spki),
            attributes: made.public,
            unreported: [],
          },
          { class: 'private-key', id: operation.id, attributes: made.private, unreported: [] },
        ];
        const client = tokenOf({ generateKeyPair: () => made, inventory: () => left });
        const hsm = session(client);
        const error = await refusalOf(
          generateKey(hsm, client, { ...operation, algorithm, adopts }, CEREMONY, new Set()),
        );
        assert.equal(error.code, 'HSM_KEY_INVALID', error.message);
        assert.equal(error.message, `the key of "rehearsal-root" is ${why}`);
        assert.deepEqual(error.details, orphanOf(spki));
        assert.deepEqual(client.asked, [adopts === null ? 'generateKeyPair' : 'inventory']);
        assert.equal(hsm.keys.size, 0);
      }
    }
  });

  const UNVERIFIED = 'the signature that the token made with "rehearsal-root" does not verify';

  test('is an orphan when its proof of possession does not verify', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
    for (const signed of [
      (statement: Uint8Array) => sign('sha384', statement, other),
      (statement: Uint8Array) => honestly(Buffer.concat([statement, Buffer.of(0)])),
    ]) {
      const error = await refusalOf(generate(answer(), signed).done);
      assert.equal(error.code, 'HSM_SIGNATURE', error.message);
      assert.equal(error.message, UNVERIFIED);
      assert.deepEqual(error.details, orphanOf(honest));
    }
  });

  test('signs nothing that leaves the guard unverified', async () => {
    const payload = randomBytes(200);
    const toSign = {
      op: 'sign',
      hsm: { name: NAMED.name, model: HSM_MODEL, serial: HSM_SERIAL },
      step: 'root-certificate',
      index: 0,
      hold: null,
      key: sha256(honest),
      mechanism: 'ecdsa-sha384',
      kind: 'certificate',
      payload: { sha256: sha256(payload), size: payload.length },
      out: 'root.crt',
    } as const;
    const attempt = (signature: Uint8Array) => {
      const client = tokenOf({ sign: () => signature });
      const hsm = session(client);
      hsm.keys.set(sha256(honest), { spki: honest, label: operation.label });
      return signPayload(hsm, client, toSign, payload);
    };
    assert.ok((await attempt(honestly(payload))).bytes.length > 60);
    for (const signature of [honestly(randomBytes(200)), sign('sha256', payload, privateKey), new Uint8Array(70)])
      await assertRejects(() => attempt(signature), 'HSM_SIGNATURE', UNVERIFIED);
  });
});

describe('an activation', () => {
  const OVER = {
    code: 'HSM_NOT_ACTIVE',
    message: '"root-hsm" is not active',
    hint: 'its activation has ended: its time was over; propose and approve again',
  };

  async function active(): Promise<{ root: HsmSession; client: ReturnType<typeof tokenOf>; seconds: unknown[] }> {
    const seconds: unknown[] = [];
    const client = tokenOf({ login: (...args: unknown[]) => void seconds.push(args[3]) });
    const root = session(client);
    await root.activate(PIN, HOLD, USE);
    return { root, client, seconds };
  }

  test('is ended by its timer while nobody asks for anything', async (context: TestContext) => {
    context.mock.timers.enable({ apis: ['setTimeout'] });
    const { root, client, seconds } = await active();
    assert.deepEqual(seconds, [600], 'the token process has a timer of its own');
    context.mock.timers.tick(599_999);
    assert.equal(root.active, true);
    context.mock.timers.tick(1);
    assert.equal(root.active, false);
    assert.equal(root.endedBy, 'its time was over');
    assert.equal(client.asked.at(-1), 'stop');
    await assert.rejects(
      root.underActivation(HOLD, USE, async () => assert.fail('it was used')),
      OVER,
    );
  });

  test('is over by the clock on the wall when the timer slept with the computer', async (context: TestContext) => {
    context.mock.timers.enable({ apis: ['Date'], now: Date.parse(WINDOW.from) });
    const { root, client } = await active();
    context.mock.timers.setTime(Date.parse(WINDOW.from) + 600_000);
    assert.equal(await root.underActivation(HOLD, USE, async () => 'done'), 'done');
    context.mock.timers.setTime(Date.parse(WINDOW.from) + 600_001);
    await assert.rejects(
      root.underActivation(HOLD, USE, async () => assert.fail('it was used')),
      OVER,
    );
    assert.equal(root.active, false);
    assert.equal(client.asked.at(-1), 'stop');
  });
});

describe('an HSM that should be locked', () => {
  const key = { attributes: { PRIVATE: true } };
  const open = { attributes: { PRIVATE: false } };
  const known = { spki: Buffer.from('a key'), label: 'rehearsal-root' };

  test('is not when it still shows private objects', async () => {
    const root = session(tokenOf({ inventory: () => [key, open, key] }));
    const message = '"root-hsm" still shows 2 private objects after logout';
    await assertRejects(() => root.showLocked(), 'HSM_NOT_ACTIVE', message);
  });

  test('is not when a private key can still be found', async () => {
    const root = session(tokenOf({ inventory: () => [open], findKey: () => ({ label: null }) }));
    assert.equal((await root.showLocked())['privateObjectsVisible'], 0);
    root.keys.set(sha256(known.spki), known);
    const message = 'the private key "rehearsal-root" can still be found after logout';
    await assertRejects(() => root.showLocked(), 'HSM_NOT_ACTIVE', message);
  });
});

describe('an HSM of another model than the authorized one', () => {
  test('is not used, with the right serial number or blank', async () => {
    const client = tokenOf({ tokens: () => [{ ...PRESENT, model: 'Other' }] });
    const wrong = `the token with serial ${HSM_SERIAL} is of model "Other"; the authorization names "${HSM_MODEL}"`;
    await assertRejects(() => session(client).facts(client), 'HSM_WRONG_TOKEN', wrong);
    await assertRejects(
      () => session(client).activate(PIN, null, USE),
      'HSM_WRONG_TOKEN',
      `"root-hsm" ("${HSM_MODEL}", serial ${HSM_SERIAL}) is not what is connected for sign of step "root-certificate": ${wrong}`,
    );
    assert.ok(!client.asked.includes('login'));
    const blank = tokenOf({ tokens: () => [{ slot: 0, serial: '', model: 'Other', initialized: false }] });
    await assertRejects(
      () => session(blank, { ...NAMED, serial: null } as never).facts(blank),
      'TOKEN_MISSING',
      `0 of "root-hsm" (blank token of model "${HSM_MODEL}") are present; exactly one is needed`,
    );
  });
});

/** People who type their PIN at once, or these answers in turn; what was asked. */
function typing(asked: string[] = [], answers: readonly string[] = []): GuardTerminal {
  const left = [...answers];
  const screen: Screen = {
    take: async () => undefined,
    release: () => undefined,
    show: async () => undefined,
    status: () => undefined,
    readLine: async (prompt) => {
      asked.push(prompt);
      return Buffer.from(left.shift() ?? PIN);
    },
    waitFor: async () => undefined,
  };
  return new GuardTerminal(screen);
}

describe('a token that an interrupted preparation left', () => {
  const set = (kind: 'user' | 'so'): ShareSet => ({ id: kind, kind, threshold: 1, check: '', shares: [] });
  const operation: Extract<Operation, { op: 'prepare-token' }> = {
    op: 'prepare-token',
    hsm: { name: NAMED.name, model: HSM_MODEL, serial: null },
    step: 'activation',
    index: 0,
    hold: null,
    label: 'root',
    wipes: null,
    adopts: HSM_SERIAL,
    sets: [],
  };

  function prepare(flags: object, announce: Parameters<typeof prepareToken>[3]) {
    const client = tokenOf({
      tokens: () => [{ ...PRESENT, label: 'root', maxPinLength: 255, ...flags }],
      initPin: () => undefined,
      logout: () => undefined,
    });
    const secrets = new Map([set('user'), set('so')].map((one) => [one, randomBytes(32)]));
    const blank = session(client, { ...NAMED, serial: null } as never);
    return { client, done: prepareToken(blank, operation, secrets, announce) };
  }

  test('has what it says of its security officer’s tries read before the login', async () => {
    const told: unknown[] = [];
    const { client, done } = prepare({ soPinFinalTry: true }, async (facts, user) => {
      told.push([facts.serial, facts.soPinFinalTry, user, client.asked.join()]);
    });
    await done;
    assert.deepEqual(told, [[HSM_SERIAL, true, 'so', 'tokens']]);
    assert.deepEqual(client.asked.slice(0, 2), ['tokens', 'login']);
  });

  test('is left alone when people say so, and when it says that it is locked', async () => {
    const cancelled = new CeremonyError('PRESENTATION_CANCELLED', 'left');
    const left = prepare({ soPinCountLow: true }, () => Promise.reject(cancelled));
    const error = await refusalOf(left.done);
    assert.deepEqual([error.code, error.details?.['reached']], ['PRESENTATION_CANCELLED', 'no']);
    const locked = prepare({ soPinLocked: true }, async () => assert.fail('there is nothing to announce'));
    assert.equal((await refusalOf(locked.done)).code, 'PIN_LOCKED');
    for (const { client } of [left, locked]) assert.deepEqual(client.asked, ['tokens', 'stop']);
  });
});

describe('the guard in its process', () => {
  const inventory = (change: object = {}): Operation => ({
    op: 'inventory',
    hsm: { name: NAMED.name, model: HSM_MODEL, serial: HSM_SERIAL, ...change },
    step: 'empty',
    index: 0,
    hold: null,
  });

  function guarded(terminal = typing()) {
    const clock = { now: WINDOW.from };
    const started: string[] = [];
    const machine = new GuardMachine({
      authorization: permitted((document) => {
        document.hsms = [PERMITTED];
      }),
      roster: ROSTER,
      terminal,
      startToken: async (module) => {
        started.push(module);
        return tokenOf({});
      },
      now: () => clock.now,
    });
    machine.begin(CEREMONY);
    const propose = (operation: Operation, expires: string) =>
      machine.propose({
        descriptor: describeOperation(operation).bytes,
        payload: null,
        proposal: sha256('proposal'),
        expires,
      });
    return { machine, clock, started, propose };
  }

  test('does nothing with an HSM outside of the authorized window, though a proposal stands', async () => {
    const cases = [
      ['2027-03-31T23:50:00Z', '2027-04-01T00:00:00Z'],
      [WINDOW.from, '2027-02-28T23:59:59Z'],
    ] as const;
    for (const [before, then] of cases) {
      const { machine, clock, started, propose } = guarded();
      clock.now = before;
      propose(inventory(), utc(Date.parse(before) + 20 * 60_000));
      const inside = await refusalOf(machine.execute(sha256('proposal'), []));
      assert.equal(inside.code, 'QUORUM_NOT_MET', inside.message);
      clock.now = then;
      const error = await refusalOf(machine.execute(sha256('proposal'), []));
      assert.equal(error.code, 'AUTHORIZATION_WINDOW', error.message);
      assert.equal(error.message, `it is ${then}, outside the authorized window ${WINDOW.from} to ${WINDOW.until}`);
      assert.equal(error.details?.['reached'], 'no');
      assert.deepEqual(started, []);
    }
  });

  test('takes no proposal for a model that the authorization does not name', async () => {
    const { propose } = guarded();
    await assertRejects(
      async () => propose(inventory({ model: 'Other' }), '2027-03-01T00:20:00Z'),
      'AUTHORIZATION_TOKEN',
      `the operation is for "Other" serial ${HSM_SERIAL}; "root-hsm" is "${HSM_MODEL}" serial ${HSM_SERIAL}`,
    );
  });

  test('takes a decline of a deviation from whoever types it, without a token', async () => {
    const asked: string[] = [];
    const { machine, started } = guarded(typing(asked, ['decline', 'not with me']));
    const statement = deviationStatementBytes({
      ceremony: CEREMONY,
      deviation: sha256('head 7'),
      effect: 'none',
      event: 7,
      names: [],
      step: 'film',
      what: 'No film',
      why: 'Lost',
    });
    machine.deviate(statement, []);
    const { decisions, card, failure } = await machine.approveDeviation('alice', statement);
    assert.deepEqual([decisions, card, failure], [[{ declined: 'not with me' }], null, null]);
    assert.deepEqual(asked, ['alice, type "approve" or "decline":', 'alice, reason for declining:']);
    assert.deepEqual(started, []);
  });
});

describe('a quorum token', () => {
  const alice = memberOf(ROSTER, 'alice') as Member;
  const serial = alice.tokens[0]?.serial ?? '';

  test('of the roster that the authorization does not name is not used, and its PIN not asked for', async () => {
    const asked: string[] = [];
    const client = tokenOf({ tokens: () => [{ serial, model: MODEL, initialized: true }], logout: () => undefined });
    const present = (authorization: Authorization) =>
      presentCard(
        {
          reach: async () => client,
          terminal: typing(asked),
          authorization,
          roster: () => ROSTER,
          last: { token: undefined },
        },
        alice,
        { signatures: 1, openings: 0 },
        async () => 'used',
      );
    assert.equal(await present(permitted()), 'used');
    assert.deepEqual(asked.splice(0), [`alice, PIN of token ${serial}:`]);
    const without = permitted((document) => {
      document.tokens = document.tokens.filter((token: Document) => token.serial !== serial);
    });
    const otherModel = permitted((document) => {
      for (const token of document.tokens) if (token.serial === serial) token.model = 'Other';
    });
    for (const authorization of [without, otherModel]) {
      await assertRejects(
        () => present(authorization),
        'AUTHORIZATION_TOKEN',
        `the token ${serial} of "alice" is not named in the authorization`,
      );
    }
    assert.deepEqual(asked, []);
    assert.equal(client.asked.filter((name) => name === 'login').length, 1);
  });

  /** A certificate for encryption whose private key the test has. */
  function encrypting(): { certificate: Buffer; privateKey: KeyObject } {
    const signing = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const signedBy = signing.publicKey.export({ type: 'spki', format: 'der' });
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    const tbs = memberCertificateTbs({
      commonName: 'alice',
      serial: hash('sha256', spki, 'buffer').subarray(0, 8).fill(1, 0, 1),
      notBefore: '2027-01-01T00:00:00Z',
      notAfter: '2037-01-01T00:00:00Z',
      spki,
      purpose: 'open',
      signedBy,
    });
    const signature = sign('sha256', tbs, signing.privateKey);
    const certificate = Buffer.from(assembleCertificate(tbs, memberCertificateAlgorithm(signedBy), signature));
    return { certificate, privateKey };
  }

  test('opens no share at x = 0, the secret itself, not even where the record and its commitment name that x', async () => {
    const { certificate, privateKey } = encrypting();
    const member: Member = { ...alice, tokens: alice.tokens.map((token) => ({ ...token, encryption: certificate })) };
    const client = tokenOf({
      tokens: () => [{ serial, model: MODEL, initialized: true }],
      logout: () => undefined,
      ecdh: (_token: unknown, _spki: unknown, peer: Uint8Array) =>
        diffieHellman({
          privateKey,
          publicKey: createPublicKey({ key: Buffer.from(peer), format: 'der', type: 'spki' }),
        }),
    });
    const open = async (x: number) => {
      const id = 'ab'.repeat(16);
      const [y, r] = [randomBytes(32), randomBytes(16)];
      const share = Buffer.concat([y, Buffer.of(x)]);
      const plaintext = sharePlaintext({ set: id, seat: 'alice', label: 'l', x, threshold: 3, count: 1, share, r });
      const envelope = sealEnvelope(plaintext, [certificate], { bytes: randomBytes });
      const commitment = shareCommitment(id, x, r, y);
      const record = { seat: 'alice', x, commitment, envelope: sha256(envelope), recipients: [] };
      const set: ShareSet = { id, kind: 'user', threshold: 3, check: sha256('check'), shares: [record] };
      return await presentCard(
        {
          reach: async () => client,
          terminal: typing(),
          authorization: permitted(),
          roster: () => ROSTER,
          last: { token: undefined },
        },
        member,
        { signatures: 0, openings: 1 },
        async (card) => (await card.open(envelope, set, record)).x,
      );
    };
    assert.equal(await open(7), 7);
    const message = 'the share of "alice" has x = 0, stated as 0; the record says 0';
    await assertRejects(() => open(0), 'SHARE_POINT', message);
  });
});

describe('a guard process', { concurrency: true }, () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-safeguards-'));
  after(() => rmSync(folder, { recursive: true }));
  const authorities = MEMBERS.filter(({ role }) => role === 'policy-authority');
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

  /** Starts a guard with signed documents, as a supervisor would, and lets `use` ask it. */
  async function withGuard(
    library: string,
    digest: string,
    roster: JsonObject,
    use: (supervisor: Caller, start: JsonObject, core: () => Caller) => Promise<void>,
  ): Promise<void> {
    const bytes = permit((document) => {
      document.notBefore = utc(Date.now() - 3_600_000);
      document.notAfter = utc(Date.now() + 3_600_000);
      for (const module of Object.values<Document>(document.modules))
        Object.assign(module, { library, sha256: digest });
    });
    const rosterBytes = documentBytes(roster);
    const signed = authorities.map(({ seat, tokens }) => [seat, base64(signWith(tokens[0] as SoftToken, bytes))]);
    const guard = startGuard([library], 'pipe');
    try {
      await use(
        new Caller(guard.pipe(3), 'the guard', 'GUARD_DIED'),
        {
          authorization: base64(bytes),
          roster: base64(rosterBytes),
          expectedRoster: sha256(rosterBytes),
          signatures: Object.fromEntries(signed),
          script: FILES.script,
          site: FILES.site,
          program: PROGRAM_DIGEST,
          previous: '00'.repeat(32),
          resumes: false,
          manifest: null,
          ledger: null,
          mode: 'rehearsal',
          people: 'played',
        },
        () => new Caller(guard.pipe(4), 'the guard', 'GUARD_DIED'),
      );
    } finally {
      guard.child.kill('SIGKILL');
      await guard.exited;
    }
  }

  test('refuses a roster that the authorization does not name, also one whose digest it was told to expect', async () => {
    const lax: Document = structuredClone(rosterDocument(MEMBERS));
    lax.classes.sign.need = 2;
    const library = join(folder, 'unused.so');
    await withGuard(library, sha256('unused'), lax, async (supervisor, start) => {
      await assertRejects(
        () => supervisor.call('start', start),
        'AUTHORIZATION_ROSTER',
        `the roster is ${String(start['expectedRoster'])}, but the authorization names ${ROSTER.digest}`,
      );
    });
  });

  test('loads no module whose file is not the authorized one, also when it was exchanged after the start', async () => {
    const library = join(folder, 'module.so');
    writeFileSync(library, 'the authorized module');
    const digest = sha256('the authorized module');
    await withGuard(library, digest, rosterDocument(MEMBERS), async (supervisor, start, core) => {
      await supervisor.call('start', start);
      writeFileSync(library, 'another module');
      const caller = core();
      await caller.call('begin', { ceremony: CEREMONY });
      await assertRejects(
        () => caller.call('inspect', { hsm: 'root-hsm', left: null }),
        'AUTHORIZATION_MODULE',
        `the module "${library}" has SHA-256 ${sha256('another module')}; the authorization names ${digest}`,
      );
    });
  });
});
