import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import type { Caller } from '../../src/channel/requests.ts';
import { makeSoftHsm, type SoftHsm } from '../softhsm/soft-hsm.ts';
import { MODEL, privateTemplate, publicTemplate, refusal, SO_PIN, startRaw, USER_PIN } from './token-fixture.ts';

let hsm: SoftHsm;
let caller: Caller;
let child: ChildProcess;
let requests: Readonly<Record<string, Good>>;

interface Good {
  readonly params: JsonObject;
  readonly bytes?: Uint8Array;
}

const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'der', type: 'spki' });

/** A real token, logged in, with a key: a wrong value that slips through would reach the module. */
before(async () => {
  hsm = makeSoftHsm();
  ({ caller, child } = startRaw(hsm));
  await caller.call('open', { library: hsm.library });
  const blank = { blank: true, model: MODEL };
  const made = await caller.call('init-token', { token: blank, label: 'fuzz' }, { bytes: SO_PIN });
  const token = { serial: (made.value as { serial: string }).serial };
  await caller.call('login', { token, user: 'so' }, { bytes: SO_PIN });
  await caller.call('init-pin', { token }, { bytes: USER_PIN });
  await caller.call('logout', { token });
  await caller.call('login', { token, user: 'user' }, { bytes: USER_PIN });
  const templates = {
    publicTemplate: publicTemplate('k', '01'),
    privateTemplate: privateTemplate('k', '01', { DERIVE: true }),
  };
  const generation = { token, algorithm: 'ecdsa-p256', ...templates };
  const { spki } = (await caller.call('generate-key-pair', generation)).value as { spki: string };
  const wrapping = { label: 'kek', id: '01' };
  requests = {
    tokens: { params: {} },
    'tokens-of': { params: { serial: '' } },
    mechanisms: { params: { token } },
    random: { params: { token, length: 16 } },
    'init-token': { params: { token, label: 'other', wipes: 'ffff', nullPin: false }, bytes: SO_PIN },
    login: { params: { token, user: 'user', seconds: 60, nullPin: false }, bytes: USER_PIN },
    'init-pin': { params: { token, nullPin: false }, bytes: USER_PIN },
    'set-pin': { params: { token, oldLength: 4, nullPin: false }, bytes: USER_PIN },
    logout: { params: { token } },
    inventory: { params: { token } },
    'generate-key-pair': { params: generation },
    'find-key': { params: { token, spki } },
    sign: { params: { token, spki, algorithm: 'ecdsa-sha256', contextPinLength: 2, nullPin: false }, bytes: USER_PIN },
    'sign-many': { params: { token, spki, algorithm: 'ecdsa-sha256', sizes: [1, 2] }, bytes: Buffer.from('abc') },
    ecdh: { params: { token, spki, peer: foreign.toString('base64') } },
    'rsa-raw-decrypt': { params: { token, spki, contextPinLength: 2, nullPin: false }, bytes: USER_PIN },
    'rsa-oaep-decrypt': { params: { token, spki, hash: 'sha1', contextPinLength: 2, nullPin: false }, bytes: USER_PIN },
    'import-wrapping-key': { params: { token, label: 'kek', id: '01' }, bytes: Buffer.alloc(32, 7) },
    'wrap-key': { params: { token, spki, wrapping } },
    'try-wrapped-key': {
      params: { token, spki, wrapping, algorithm: 'ecdsa-sha256', wrappedLength: 16 },
      bytes: Buffer.alloc(20, 7),
    },
    'unwrap-key': {
      params: { token, spki, publicTemplate: publicTemplate('u', '02'), privateTemplate: privateTemplate('u', '02') },
      bytes: Buffer.alloc(48, 7),
    },
    destroy: { params: { token, class: 'private-key', label: 'nobody', id: '01' } },
  };
});
after(() => {
  child.kill('SIGKILL');
  hsm.remove();
});

const WRONG: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  2 ** 53,
  '',
  'x',
  'é\0',
  '\ud800',
  [],
  [0],
  {},
  { type: 0 },
  { serial: 1 },
  { serial: ['a'] },
  { key: 'x' },
  { key: 'a'.repeat(64), serial: 'x' },
  { blank: 'true' },
  'A'.repeat(100_000),
];

/** What a wrong value may be answered with; anything else would be a success, a crash or a bug. */
const REFUSALS = [
  'PKCS11_ARGUMENT',
  'TOKEN_MISSING',
  'TOKEN_UNEXPECTED',
  'HSM_OBJECT_MISSING',
  'HSM_OBJECT_EXISTS',
  'PIN_LENGTH',
  // Of a request for the security officer, whose other parameters may be fine: the user is logged in.
  'HSM_NOT_ACTIVE',
];

test('every parameter of every request with values of every wrong kind: refused, and the process lives', async () => {
  const codes = new Map<string, number>();
  for (const [method, { params, bytes }] of Object.entries(requests)) {
    const variants: JsonObject[] = [];
    for (const name of Object.keys(params)) {
      for (const wrong of WRONG) {
        const isFine =
          (name === 'nullPin' && wrong === false) ||
          (name === 'id' && wrong === null) ||
          (method === 'tokens-of' && wrong === 'x') ||
          JSON.stringify(params[name]) === JSON.stringify(wrong);
        if (!isFine) variants.push({ ...params, [name]: wrong } as JsonObject);
      }
      const { [name]: _, ...without } = params;
      if (!['nullPin', 'wipes', 'seconds', 'contextPinLength'].includes(name)) variants.push(without);
    }
    for (const wrong of WRONG) variants.push({ ...params, surplus: wrong } as JsonObject);
    for (const variant of variants) {
      const attempt = caller.call(method, variant, bytes === undefined ? {} : { bytes });
      const outcome = await attempt.then(
        () => 'done',
        (error: { code?: string; message: string }) => error.code ?? error.message,
      );
      assert.ok(REFUSALS.includes(outcome), `${method} ${JSON.stringify(variant).slice(0, 200)}: ${outcome}`);
      codes.set(outcome, (codes.get(outcome) ?? 0) + 1);
    }
  }
  assert.equal(child.exitCode, null);
  assert.equal(Array.isArray((await caller.call('inventory', requests.inventory!.params)).value), true);
  // Nearly all are refused for what they are; the rest name a token, key or object that does not exist.
  assert.ok((codes.get('PKCS11_ARGUMENT') ?? 0) > 900, JSON.stringify([...codes]));
});

const FLAGS = {
  publicTemplate: ['TOKEN', 'PRIVATE', 'VERIFY', 'ENCRYPT', 'WRAP', 'DERIVE', 'VERIFY_RECOVER'],
  privateTemplate: ['TOKEN', 'PRIVATE', 'SENSITIVE', 'EXTRACTABLE', 'SIGN', 'DECRYPT', 'UNWRAP', 'ALWAYS_AUTHENTICATE'],
} as const;
const NO_FLAGS = ['LABEL', 'ID', 'CLASS', 'KEY_TYPE', 'MODULUS_BITS', 'VALUE', '17', 'constructor', '__proto__'];

test('each attribute of both templates with values of every wrong kind', async () => {
  const { params } = requests['generate-key-pair']!;
  const generateWith = async (half: 'publicTemplate' | 'privateTemplate', name: string, wrong: unknown) => {
    // As text, since an object literal would take "__proto__" for something else.
    const member = `${JSON.stringify(name)}:${JSON.stringify(wrong)}`;
    const template = JSON.parse(JSON.stringify(params[half]).replace(/\}$/, `,${member}}`)) as JsonObject;
    await assert.rejects(
      caller.call('generate-key-pair', { ...params, [half]: template }),
      refusal('PKCS11_ARGUMENT', /^the (public|private) template |^the two templates differ/),
    );
  };
  for (const half of ['publicTemplate', 'privateTemplate'] as const) {
    for (const wrong of WRONG) {
      for (const name of NO_FLAGS) await generateWith(half, name, wrong);
      if (typeof wrong !== 'boolean') for (const name of FLAGS[half]) await generateWith(half, name, wrong);
    }
  }
  assert.equal(child.exitCode, null);
});

test('params that are no object, no method, and bytes where none belong', async () => {
  for (const params of [[], 1, 'x', true]) {
    await assert.rejects(
      caller.call('tokens', params as never),
      refusal('PKCS11_ARGUMENT', 'the request "tokens" is not an object'),
    );
  }
  await assert.rejects(caller.call('__proto__'), refusal('REQUEST_UNKNOWN', 'no such request: "__proto__"'));
  await assert.rejects(
    caller.call('tokens', {}, { bytes: Buffer.from('1234') }),
    refusal('PKCS11_ARGUMENT', 'the request "tokens" has 4 bytes, expected none'),
  );
});

test('PINs and payloads that are missing, doubled, or longer than the bytes that came', async () => {
  const { token, spki } = requests['find-key']!.params as { token: JsonObject; spki: string };
  const signing = { token, spki, algorithm: 'ecdsa-sha256' };
  const table: readonly (readonly [method: string, params: JsonObject, bytes: Buffer | undefined, message: string])[] =
    [
      [
        'login',
        { token, user: 'user' },
        undefined,
        'the request "login" has no PIN, expected its bytes or "nullPin": true',
      ],
      ['login', { token, user: 'user', nullPin: true }, USER_PIN, 'the request "login" has both a PIN and "nullPin"'],
      [
        'set-pin',
        { token, oldLength: 4 },
        Buffer.from('1234'),
        'the request "set-pin" has 4 bytes, expected more than 4',
      ],
      ['set-pin', { token, nullPin: true }, Buffer.from('1234'), 'the request "set-pin" has both a PIN and "nullPin"'],
      ['sign', signing, undefined, 'the request "sign" has no bytes to work on'],
      [
        'sign',
        { ...signing, contextPinLength: 4 },
        Buffer.from('1234'),
        'the request "sign" has 4 bytes, expected more than 4',
      ],
      [
        'sign',
        { ...signing, contextPinLength: 4, nullPin: true },
        Buffer.from('12345'),
        'the request "sign" has both "contextPinLength" and "nullPin"',
      ],
      ['sign-many', { ...signing, sizes: [] }, undefined, 'the request "sign-many" has 0 payloads, expected 1 to 50'],
      [
        'sign-many',
        { ...signing, sizes: Array(51).fill(1) },
        Buffer.alloc(51),
        'the request "sign-many" has 51 payloads, expected 1 to 50',
      ],
      [
        'sign-many',
        { ...signing, sizes: [2, 3] },
        Buffer.from('1234'),
        'the request "sign-many" has 4 bytes, expected the 5 of its "sizes"',
      ],
      [
        'random',
        { token, length: 0 },
        undefined,
        'the request "random" "length" is 0, expected an integer from 1 to 4096',
      ],
      [
        'init-token',
        { token, label: 'ä'.repeat(17) },
        SO_PIN,
        `token label "${'ä'.repeat(17)}" is not 1 to 32 bytes of UTF-8 without spaces around`,
      ],
      [
        'mechanisms',
        { token: { blank: false, model: MODEL } },
        undefined,
        'a token is named by "serial" or "key", or by "blank": true',
      ],
    ];
  for (const [method, params, bytes, message] of table) {
    await assert.rejects(caller.call(method, params, bytes ? { bytes } : {}), refusal('PKCS11_ARGUMENT', message));
  }
});
