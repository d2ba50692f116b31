import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { personalityNamed } from '../../src/rehearsal/personalities.ts';
import { type PlayedHsm, playHsm } from '../../src/rehearsal/played-hsm.ts';
import { makeSoftHsm } from '../../src/rehearsal/soft-hsm.ts';
import { startTokenProcess, type TokenProcess } from '../../src/token/client.ts';
import { assertRefuses, assertRejects } from '../der/refusal.ts';
import { CKR, FaultProxy } from '../softhsm/fault-proxy.ts';
import { generate, PROGRAM_ROOT } from '../token/token-fixture.ts';

const LABEL = 'rehearsal-root-hsm';

describe('a played HSM', () => {
  let folder: string;
  const played: TokenProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-played-'));
  });
  afterEach(async () => {
    for (const one of played.splice(0)) await one.stop();
    rmSync(folder, { recursive: true });
  });

  async function play(as: string): Promise<{ hsm: PlayedHsm; proxy: FaultProxy; client: TokenProcess }> {
    const hsm = await playHsm(
      makeSoftHsm(join(folder, 'hsm')),
      join(folder, 'played-root-hsm'),
      LABEL,
      personalityNamed(as),
    );
    return { hsm, proxy: FaultProxy.ofStage(folder), client: await start(hsm) };
  }

  async function start({ soft }: PlayedHsm): Promise<TokenProcess> {
    const client = await startTokenProcess({ programRoot: PROGRAM_ROOT, ...soft });
    played.push(client);
    return client;
  }

  const factsOf = async (client: TokenProcess, serial: string) => {
    const found = (await client.tokens()).find((token) => token.serial === serial);
    assert.ok(found);
    return found;
  };

  test('luna-7 is there, asks for its PINs itself, takes its time and none from a computer', async () => {
    const { hsm, client } = await play('luna-7');
    const token = { serial: hsm.store.serial };
    const facts = await factsOf(client, hsm.store.serial);
    assert.deepEqual(
      [facts.model, facts.label, facts.initialized, facts.protectedAuthenticationPath],
      ['Luna G7 (played)', LABEL, true, true],
    );
    await assertRejects(() => client.login(token, 'user', Buffer.from('12345678')), 'PIN_INCORRECT', /C_Login/);
    const since = performance.now();
    await client.login(token, 'user', null);
    assert.ok(performance.now() - since > 900);
    await generate(client, token, 'ecdsa-p384', 'played', '01');
  });

  test('luna-7 erases its partition at the tenth refused login, and says so before', async () => {
    const { hsm, proxy, client } = await play('luna-7');
    const token = { serial: hsm.store.serial };
    await client.login(token, 'user', null);
    await generate(client, token, 'ecdsa-p384', 'played', '01');
    await client.logout(token);
    const flags = async () => {
      const { userPinCountLow, userPinFinalTry } = await factsOf(client, hsm.store.serial);
      return [userPinCountLow, userPinFinalTry];
    };
    assert.deepEqual(await flags(), [false, false]);
    proxy.at('C_Login', 'always', { return: CKR.pinIncorrect });
    const refused = () => assertRejects(() => client.login(token, 'user', null), 'PIN_INCORRECT', /C_Login/);
    for (let wrong = 1; wrong <= 9; wrong++) {
      await refused();
      assert.deepEqual(await flags(), [true, wrong === 9], `after ${wrong}`);
    }
    assert.equal((await client.inventory(token)).length, 1);
    await refused();
    const later = await start(hsm);
    assert.equal((await factsOf(later, hsm.store.serial)).userPinInitialized, false);
    assert.deepEqual(await later.inventory(token), []);
  });

  test('yubihsm wants the key id before the password, shows nothing before a login, and sets no PIN', async () => {
    const { hsm, proxy, client } = await play('yubihsm');
    const token = { serial: hsm.store.serial };
    const pin = Buffer.from(`0001${hsm.typed}`);
    const { model, protectedAuthenticationPath } = await factsOf(client, hsm.store.serial);
    assert.deepEqual([model, protectedAuthenticationPath], ['YubiHSM (played)', false]);
    await assertRejects(() => client.login(token, 'user', Buffer.from('00011234567')), 'PIN_INCORRECT', /C_Login/);
    await assertRejects(() => client.login(token, 'user', Buffer.from(`key${hsm.typed}`)), 'PIN_INCORRECT', /C_Login/);
    await client.login(token, 'user', pin);
    await generate(client, token, 'ecdsa-p256', 'played', '01');
    assert.equal((await client.inventory(token)).length, 2);
    await client.logout(token);
    assert.deepEqual(await client.inventory(token), []);
    await client.login(token, 'user', pin);
    await assertRejects(() => client.setPin(token, pin, pin), 'PKCS11_ERROR', /CKR_FUNCTION_NOT_SUPPORTED/);
    assert.equal(proxy.count('C_InitToken'), 0);
  });

  test('nshield shows what was there when a process began, and no more until another begins', async () => {
    const { hsm, client: early } = await play('nshield');
    const token = { serial: hsm.store.serial };
    const { model, manufacturer, protectedAuthenticationPath } = await factsOf(early, hsm.store.serial);
    assert.deepEqual(
      [model, manufacturer, protectedAuthenticationPath],
      ['nShield (played)', 'nCipher Corp. Ltd', true],
    );
    const maker = await start(hsm);
    await maker.login(token, 'user', null);
    const first = await generate(maker, token, 'ecdsa-p384', 'first', '01');
    await generate(maker, token, 'ecdsa-p256', 'second', '02');
    // Its own it sees at once; what another process made, not even logged in.
    assert.equal((await maker.inventory(token)).length, 4);
    await early.login(token, 'user', null);
    assert.deepEqual(await early.inventory(token), []);
    await assertRejects(
      () => early.findKey(token, Buffer.from(first.spki, 'base64')),
      'HSM_OBJECT_MISSING',
      /0 key ids/,
    );
    const late = await start(hsm);
    await late.login(token, 'user', null);
    assert.equal((await late.inventory(token)).length, 4);
    assert.equal((await late.findKey(token, Buffer.from(first.spki, 'base64'))).label, 'first');
  });

  test('nshield makes no key without a card in its slot, and says so in words', async () => {
    const { hsm, client } = await play('nshield');
    const token = { serial: hsm.store.serial };
    await client.login(token, 'user', null);
    writeFileSync(join(folder, 'played-root-hsm', 'card-out'), '');
    await assertRejects(
      () => generate(client, token, 'ecdsa-p384', 'played', '01'),
      'HSM_CARD_MISSING',
      /returned CKR_VENDOR_DEFINED\|0xe0 \(2147483872\): no card of the Security World is in its slot/,
    );
    assert.deepEqual(await client.inventory(token), []);
    rmSync(join(folder, 'played-root-hsm', 'card-out'));
    await generate(client, token, 'ecdsa-p384', 'played', '01');
  });

  test('nshield keeps its keys in files, from which they come back', async () => {
    const { hsm, proxy, client } = await play('nshield');
    const token = { serial: hsm.store.serial };
    const keyFiles = hsm.store.keyFiles as string;
    assert.deepEqual(readdirSync(keyFiles), ['world']);
    await client.login(token, 'user', null);
    const { spki } = await generate(client, token, 'ecdsa-p384', 'played', '01');
    const files = readdirSync(keyFiles).filter((name) => name !== 'world');
    assert.equal(files.length, 2);
    assert.ok(files.every((name) => /^key_pkcs11_uc[0-9a-f-]{36}$/.test(name)));
    assert.equal(proxy.count('C_InitToken'), 0);
    await assertRejects(
      () => client.initToken({ serial: hsm.store.serial }, LABEL, null, hsm.store.serial),
      'PKCS11_ERROR',
      /C_InitToken.*CKR_FUNCTION_NOT_SUPPORTED/,
    );
    await client.stop();
    // The computer is lost: nothing but the files comes to the new one.
    rmSync(hsm.soft.tokens, { recursive: true });
    const store = join(hsm.soft.tokens, 'restored');
    mkdirSync(store, { recursive: true });
    copyFileSync(join(keyFiles, 'world'), join(store, 'token.object'));
    for (const name of files)
      copyFileSync(join(keyFiles, name), join(store, `${name.slice('key_pkcs11_uc'.length)}.object`));
    const restored = await start(hsm);
    await restored.login(token, 'user', null);
    const key = Buffer.from(spki, 'base64');
    const signature = await restored.sign(token, key, 'ecdsa-sha384', Buffer.from('restored'));
    const publicKey = createPublicKey({ key, format: 'der', type: 'spki' });
    assert.ok(verify('sha384', Buffer.from('restored'), publicKey, signature));
  });

  test('that nobody plays, or without the module that plays it, is refused', async () => {
    assertRefuses(() => personalityNamed('luna'), 'USAGE', /^no HSM is played as "luna", expected luna-7/);
    assertRefuses(() => personalityNamed('constructor'), 'USAGE', /^no HSM is played as "constructor"/);
    const missing = join(folder, 'fault-module.so');
    await assertRejects(
      () =>
        playHsm(makeSoftHsm(join(folder, 'hsm')), join(folder, 'played'), LABEL, personalityNamed('luna-7'), missing),
      'REHEARSAL_SETUP',
      /^the module that plays HSMs is not built: there is no ".*fault-module\.so"$/,
    );
  });
});
