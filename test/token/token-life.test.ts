import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TokenProcess } from '../../src/token/client.ts';
import { type FaultyHsm, makeFaultyHsm } from '../softhsm/soft-hsm.ts';
import { activeToken, generate, MODEL, prepareToken, refusal, SO_PIN, startOn, USER_PIN } from './token-fixture.ts';

let hsm: FaultyHsm;
let process: TokenProcess;

before(async () => {
  hsm = makeFaultyHsm();
  process = await startOn(hsm);
});
after(async () => {
  await process.end();
  hsm.remove();
});

const blank = { blank: true, model: MODEL } as const;

function logins(): readonly string[] {
  return hsm.calls().filter((line) => line.startsWith('C_Login'));
}

test('what the module and a blank token say of themselves', async () => {
  assert.deepEqual(process.module, {
    cryptokiVersion: '2.40',
    manufacturer: 'SoftHSM',
    description: 'Implementation of PKCS11',
    libraryVersion: '2.6',
  });
  const [token, ...others] = await process.tokens();
  assert.equal(others.length, 0);
  assert.ok(token);
  assert.deepEqual(
    { ...token, hardwareVersion: '', firmwareVersion: '' },
    {
      slot: 0,
      slotDescription: 'SoftHSM slot ID 0x0',
      label: '',
      serial: '',
      model: MODEL,
      manufacturer: 'SoftHSM project',
      hardwareVersion: '',
      firmwareVersion: '',
      initialized: false,
      userPinInitialized: false,
      loginRequired: true,
      protectedAuthenticationPath: false,
      userPinCountLow: false,
      userPinFinalTry: false,
      userPinLocked: false,
      soPinCountLow: false,
      soPinFinalTry: false,
      soPinLocked: true,
      minPinLength: 4,
      maxPinLength: 255,
      writeProtected: false,
      errorState: false,
    },
  );
});

test('a blank token gets its security officer, then its user, with PINs of any bytes', async () => {
  const made = await process.initToken(blank, 'Würzel G1', SO_PIN);
  assert.match(made.serial, /^[0-9a-f]{16}$/);
  // 32 bytes, one of the characters being two of them.
  assert.equal(hsm.calls().at(-1), `C_InitToken label="Würzel G1${' '.repeat(22)}" rv=0`);
  assert.deepEqual({ ...made, serial: '' }, { serial: '', label: 'Würzel G1', model: MODEL });
  const token = { serial: made.serial };
  const facts = async () => (await process.tokens()).find(({ serial }) => serial === token.serial);
  assert.equal((await facts())?.userPinInitialized, false);
  await process.login(token, 'so', SO_PIN);
  await process.initPin(token, USER_PIN);
  await process.logout(token);
  assert.equal((await facts())?.userPinInitialized, true);
  const before = logins().length;
  await process.login(token, 'user', USER_PIN);
  await process.logout(token);
  assert.deepEqual(logins().slice(before), [`C_Login user=1 pin=${USER_PIN.length} rv=0`]);
  // Bytes behind the NUL count: a PIN that ends there is another PIN.
  await assert.rejects(
    process.login(token, 'user', USER_PIN.subarray(0, USER_PIN.indexOf(0))),
    refusal('PIN_INCORRECT', `C_Login on token "${token.serial}" returned CKR_PIN_INCORRECT (160)`),
  );
  await assert.rejects(
    process.login(token, 'user', Buffer.concat([USER_PIN, Buffer.of(0)])),
    refusal('PIN_INCORRECT', /160/),
  );
});

test('a wrong PIN is tried exactly once, and leaves no login and no session behind', async () => {
  const token = await prepareToken(process, 'tries');
  const before = logins().length;
  await assert.rejects(
    process.login(token, 'user', Buffer.from('wrong')),
    refusal('PIN_INCORRECT', /CKR_PIN_INCORRECT \(160\)$/),
  );
  assert.deepEqual(logins().slice(before), ['C_Login user=1 pin=5 rv=160']);
  const facts = (await process.tokens()).find(({ serial }) => serial === token.serial);
  assert.equal(facts?.userPinCountLow, true);
  await assert.rejects(
    process.login(token, 'so', USER_PIN),
    refusal('PIN_INCORRECT', `C_Login on token "${token.serial}" returned CKR_PIN_INCORRECT (160)`),
  );
  // Any session that is still open would make this fail (CKR_SESSION_EXISTS).
  await process.initToken(token, 'wiped', SO_PIN, token.serial);
});

test('a PIN that cannot be right is not tried', async () => {
  const token = await prepareToken(process, 'lengths');
  const before = logins().length;
  for (const pin of [Buffer.from('123'), Buffer.alloc(256, 0x31)]) {
    await assert.rejects(
      process.login(token, 'user', pin),
      refusal('PIN_LENGTH', `the PIN does not have the length that token "${token.serial}" takes, 4 to 255 bytes`),
    );
  }
  assert.equal(logins().length, before);
});

test('where the device asks for the PIN, NULL reaches the module', async () => {
  const token = await prepareToken(process, 'pin pad');
  const before = hsm.calls().length;
  await assert.rejects(
    process.login(token, 'user', null),
    refusal('PKCS11_ERROR', `C_Login on token "${token.serial}" returned CKR_ARGUMENTS_BAD (7)`),
  );
  await assert.rejects(
    process.setPin(token, null, null),
    refusal('PKCS11_ERROR', /^C_SetPIN .* CKR_ARGUMENTS_BAD \(7\)$/),
  );
  assert.deepEqual(hsm.calls().slice(before), ['C_Login user=1 pin=null rv=7', 'C_SetPIN old=null rv=7']);
});

test('a second login is refused before the module hears of it', async () => {
  const token = await activeToken(process, 'twice');
  const before = logins().length;
  await assert.rejects(
    process.login(token, 'so', SO_PIN),
    refusal('PKCS11_ARGUMENT', `token "${token.serial}" is logged in already, as user; log out first`),
  );
  assert.equal(logins().length, before);
  await process.logout(token);
  await process.logout(token);
});

test('PINs are changed: the user’s without a login, the security officer’s with one', async () => {
  const token = await prepareToken(process, 'change');
  const next = Buffer.from('next \0 pin');
  await process.setPin(token, USER_PIN, next);
  await assert.rejects(process.login(token, 'user', USER_PIN), refusal('PIN_INCORRECT', /^C_Login /));
  await process.login(token, 'user', next);
  await process.logout(token);
  await assert.rejects(
    process.setPin(token, USER_PIN, next),
    refusal('PIN_INCORRECT', `C_SetPIN on token "${token.serial}" returned CKR_PIN_INCORRECT (160)`),
  );
  await process.login(token, 'so', SO_PIN);
  await process.setPin(token, SO_PIN, next);
  await process.logout(token);
  await process.login(token, 'so', next);
  await process.logout(token);
  await assert.rejects(process.setPin(token, next, Buffer.from('123')), refusal('PIN_LENGTH', /4 to 255 bytes$/));
});

test('init-pin needs the security officer, keys need the user', async () => {
  const token = await activeToken(process, 'roles');
  await assert.rejects(
    process.initPin(token, USER_PIN),
    refusal('HSM_NOT_ACTIVE', `token "${token.serial}" is logged in as user, expected a login as so`),
  );
  await process.logout(token);
  await assert.rejects(
    generate(process, token, 'ecdsa-p256', 'k', '01'),
    refusal('HSM_NOT_ACTIVE', `token "${token.serial}" is not logged in, expected a login as user`),
  );
  await process.login(token, 'so', SO_PIN);
  await assert.rejects(
    generate(process, token, 'ecdsa-p256', 'k', '01'),
    refusal('HSM_NOT_ACTIVE', `token "${token.serial}" is logged in as so, expected a login as user`),
  );
  await process.logout(token);
});

test('an initialised token is wiped only under its own serial, and with its own PIN', async () => {
  const token = await activeToken(process, 'wipe');
  await generate(process, token, 'ecdsa-p256', 'k', '01');
  await process.logout(token);
  const again = (wipes: string | undefined, pin: Buffer) => process.initToken(token, 'wiped', pin, wipes);
  await assert.rejects(
    again(undefined, SO_PIN),
    refusal('TOKEN_UNEXPECTED', `token "${token.serial}" is initialised, and nothing was named to be wiped`),
  );
  await assert.rejects(
    again('0000', SO_PIN),
    refusal('TOKEN_UNEXPECTED', `token "${token.serial}" is initialised, and "0000" was named to be wiped`),
  );
  await assert.rejects(
    again(token.serial, USER_PIN),
    refusal('PIN_INCORRECT', 'C_InitToken returned CKR_PIN_INCORRECT (160)'),
  );
  assert.equal((await process.inventory(token)).length, 1);
  assert.deepEqual(await again(token.serial, SO_PIN), { serial: token.serial, label: 'wiped', model: MODEL });
  assert.equal((await process.inventory(token)).length, 0);
  await assert.rejects(
    process.initToken(blank, 'x', SO_PIN, token.serial),
    refusal('TOKEN_UNEXPECTED', `the token is blank, expected "${token.serial}" to be wiped`),
  );
});

test('a token that is not there, once, is named with how many were found', async () => {
  await assert.rejects(
    process.login({ serial: 'nobody' }, 'user', USER_PIN),
    refusal('TOKEN_MISSING', '0 tokens with serial "nobody" are present, exactly 1 was expected'),
  );
  await assert.rejects(
    process.mechanisms({ blank: true, model: 'Luna' }),
    refusal('TOKEN_MISSING', '0 tokens that are blank and of model "Luna" are present, exactly 1 was expected'),
  );
});

test('mechanisms and random bytes come without a login', async () => {
  const token = await prepareToken(process, 'public');
  const mechanisms = await process.mechanisms(token);
  const ecdsa = mechanisms.find(({ name }) => name === 'CKM_ECDSA');
  assert.equal(ecdsa?.mechanism, 0x1041);
  assert.deepEqual([ecdsa?.minKeySize, ecdsa?.maxKeySize], [112, 521]);
  assert.ok(mechanisms.every(({ name }) => name.startsWith('CKM_')));
  const [one, other] = [await process.random(token, 32), await process.random(token, 32)];
  assert.equal(one.length, 32);
  assert.notDeepEqual(one, other);
  assert.ok((await process.mechanisms(blank)).length > 0);
  await assert.rejects(
    process.random(blank, 32),
    refusal('PKCS11_ERROR', `C_OpenSession on token "blank ${MODEL}" returned CKR_TOKEN_NOT_RECOGNIZED (225)`),
  );
});

test('a module that shows a new token only after a new start is started anew, unless that would end a login', async () => {
  const stale = makeFaultyHsm({ stale: true });
  const other = await startOn(stale);
  try {
    const made = await other.initToken(blank, 'shown late', SO_PIN);
    assert.match(made.serial, /^[0-9a-f]{16}$/);
    const start = stale.calls().length;
    const token = await prepareToken(other, 'logged in');
    assert.deepEqual(
      stale
        .calls()
        .slice(start, start + 2)
        .at(-1),
      'C_Finalize rv=0',
    );
    await other.login(token, 'user', USER_PIN);
    await assert.rejects(
      other.initToken(blank, 'never shown', SO_PIN),
      refusal('TOKEN_MISSING', 'after C_InitToken 0 new tokens are labelled "never shown", exactly 1 was expected'),
    );
    assert.ok(stale.calls().at(-1)?.startsWith('C_InitToken'));
  } finally {
    await other.end();
    stale.remove();
  }
});
