import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { CeremonyError } from '../../src/base/errors.ts';
import { HsmSession } from '../../src/guard/hsm.ts';
import { SHARES } from '../../src/quorum/activation.ts';
import type { TokenProcess } from '../../src/token/client.ts';
import { CKR } from '../softhsm/fault-proxy.ts';
import { type FaultyHsm, makeFaultyHsm } from '../softhsm/soft-hsm.ts';
import {
  generate,
  MODEL,
  prepareToken,
  privateTemplate,
  publicTemplate,
  startOn,
  USER_PIN,
} from '../token/token-fixture.ts';

const KEY = { op: 'generate-key', step: 'root-key' } as const;

let hsm: FaultyHsm;
let serial: string;
let started: TokenProcess[];

/** The guard's hold on one HSM, with time limits that a test can wait for. */
function session(within: number, model = MODEL): HsmSession {
  return new HsmSession(
    { name: 'root-hsm', module: 'module', model, serial, activation: SHARES },
    'rehearsal',
    async () => {
      const client = await startOn(hsm, { within, endWithin: 500 });
      started.push(client);
      return client;
    },
  );
}

const make = (label: string, id: string) => (client: TokenProcess) =>
  client.generateKeyPair({ serial }, 'ecdsa-p256', publicTemplate(label, id), privateTemplate(label, id));

async function refused(attempt: Promise<unknown>): Promise<CeremonyError> {
  return await attempt.then(
    () => assert.fail('it was expected to be refused'),
    (error: CeremonyError) => error,
  );
}

beforeEach(async () => {
  started = [];
  hsm = makeFaultyHsm();
  const client = await startOn(hsm);
  ({ serial } = await prepareToken(client, 'session'));
  await client.end();
});

afterEach(() => {
  for (const client of started) client.kill();
  hsm.remove();
});

const HANGS = [
  ['C_GenerateKeyPair', 'maybe', /^it is not known whether a key was made; see whether the device waits for somebody/],
  ['C_FindObjectsInit', 'no', /^nothing was done on it; see whether the device waits for somebody or shows an error, /],
  ['C_GetSlotList', 'no', /^nothing was done on it; /],
] as const;

for (const [call, reached, hint] of HANGS) {
  test(`an HSM that hangs in ${call} is given up in time, and its process is gone`, async () => {
    const root = session(4000);
    await root.activate(USER_PIN, { operations: 3, seconds: 600 }, KEY);
    hsm.proxy.at(call, 1, { hang: 60 });
    const logins = hsm.proxy.count('C_Login');
    const begun = performance.now();
    const error = await refused(root.underActivation({ operations: 3, seconds: 600 }, KEY, make('one', '01')));
    assert.ok(performance.now() - begun < 12_000, `${performance.now() - begun} ms`);
    assert.equal(error.code, 'TOKEN_PROCESS_TIMEOUT');
    const where = reached === 'maybe' ? ` in ${call}` : '';
    const request = call === 'C_GetSlotList' ? 'tokens' : 'generate-key-pair';
    assert.equal(
      error.message,
      `"root-hsm" ("${MODEL}", serial ${serial}) did not answer in time during generate-key of step "root-key": the token process did not answer "${request}" within 4 s${where}, and was ended`,
    );
    assert.match(String(error.hint), hint);
    assert.equal(error.details?.['reached'], reached);
    assert.deepEqual(await started[0]?.ended, { code: null, signal: 'SIGKILL' });
    assert.equal(root.active, false);
    const gone = await refused(root.underActivation(null, KEY, make('one', '01')));
    assert.equal(gone.code, 'HSM_NOT_ACTIVE');
    assert.match(String(gone.hint), /^its activation has ended: its token process ended; propose and approve again$/);
    assert.equal(hsm.proxy.count('C_Login'), logins);

    hsm.proxy.heal();
    await root.activate(USER_PIN, null, KEY);
    const { spki } = await root.underActivation(null, KEY, make('two', '02'));
    assert.ok(spki.length > 100);
    assert.equal(hsm.proxy.count('C_Login'), logins + 1);
  });
}

test('an HSM that hangs in the login: whether it was logged in is not known, and nothing else was done', async () => {
  const root = session(1500);
  hsm.proxy.at('C_Login', 1, { hang: 60 });
  const logins = hsm.proxy.count('C_Login');
  const error = await refused(root.activate(USER_PIN, null, KEY));
  assert.equal(error.code, 'TOKEN_PROCESS_TIMEOUT');
  assert.match(error.message, /did not answer "login" within 1\.5 s in C_Login, and was ended$/);
  assert.match(String(error.hint), /^nothing was done on it but perhaps a login; /);
  assert.equal(error.details?.['reached'], 'no');
  assert.equal(hsm.proxy.count('C_Login'), logins + 1);
  assert.equal(root.active, false);
});

test('an activation whose process dies while nothing is done is gone, and says why', async () => {
  const root = session(5000);
  await root.activate(USER_PIN, { operations: 3, seconds: 600 }, KEY);
  started[0]?.kill();
  await started[0]?.ended;
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(root.active, false);
  assert.equal(root.endedBy, 'its token process ended');
});

test('an activation that is over in the middle of an operation does not tear it', async () => {
  const root = session(20_000);
  await root.activate(USER_PIN, { operations: 3, seconds: 1 }, KEY);
  const held = hsm.proxy.hold('C_GenerateKeyPair', 1);
  const pending = root.underActivation({ operations: 3, seconds: 1 }, KEY, make('long', '01'));
  await held.reached();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  assert.equal(root.active, false);
  held.release();
  assert.match((await pending).spkiSha256, /^[0-9a-f]{64}$/);
  await started[0]?.ended;
  assert.equal(root.endedBy, 'its time was over');
});

test('a token in an error state, of another model, gone or doubled is told apart, before any login', async () => {
  const CKF_ERROR_STATE = 0x1000000;
  const cases = [
    [
      () => hsm.proxy.token(serial, { flags: CKF_ERROR_STATE }),
      'HSM_DEVICE_ERROR',
      /: the token says that it is in an/,
    ],
    [
      () => hsm.proxy.token(serial, { model: 'Other' }),
      'HSM_WRONG_TOKEN',
      /is of model "Other"; the authorization names/,
    ],
    [
      () => hsm.proxy.token(serial, { serial: 'ff' }),
      'HSM_WRONG_TOKEN',
      /: in its place is the token with serial ff of/,
    ],
    [
      () => hsm.proxy.token(serial, 'removed'),
      'TOKEN_MISSING',
      /^0 of "root-hsm" \(token with serial \w+\) are present/,
    ],
    [
      () => {
        hsm.proxy.token('*', { flags: 0x400 });
        hsm.proxy.token('*', { serial });
      },
      'TOKEN_MISSING',
      /^2 of "root-hsm" \(token with serial \w+\) are present; exactly one is needed$/,
    ],
  ] as const;
  const logins = hsm.proxy.count('C_Login');
  for (const [change, code, message] of cases) {
    change();
    const error = await refused(session(20_000).activate(USER_PIN, null, KEY));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    assert.equal(error.details?.['reached'], 'no');
    hsm.proxy.heal();
  }
  assert.equal(hsm.proxy.count('C_Login'), logins);
});

test('in production a token that an interruption left is not taken up when it is a program by its maker', async () => {
  hsm.proxy.token(serial, { model: 'v3' });
  hsm.proxy.token(serial, { manufacturer: 'Kryoptic Project' });
  const blank = { name: 'root-hsm', module: 'module', model: 'v3', serial: null, activation: SHARES };
  const left = (mode: 'production' | 'rehearsal') => {
    const one = new HsmSession(blank, mode, () => startOn(hsm));
    return one.publicly((client) => one.leftBehind(client, 'session'));
  };
  assert.equal((await left('rehearsal'))?.serial, serial);
  const error = await refused(left('production'));
  assert.equal(error.code, 'TOKEN_UNEXPECTED');
  assert.equal(
    error.message,
    'the HSM "root-hsm" is "session" of model "v3" by "Kryoptic Project", whose keys are files of a computer; a production has none',
  );
});

test('a key that can be found without a login is no refused use, and neither is a token that fails', async () => {
  const client = await startOn(hsm);
  await client.login({ serial }, 'user', USER_PIN);
  const { spki } = await generate(client, { serial }, 'ecdsa-p256', 'k', '01');
  await client.end();
  const root = session(20_000);
  root.keys.set('k', { spki: Buffer.from(spki, 'base64'), label: 'k' });
  assert.equal((await root.showLocked())['usesRefused'], 1);
  // After the inventory has found nothing private, the token fails: nobody has refused.
  hsm.proxy.at('C_GetSlotList', { from: 3 }, { return: CKR.deviceError });
  assert.equal((await refused(root.showLocked())).code, 'HSM_DEVICE_ERROR');
});
