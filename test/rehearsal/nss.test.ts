import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CeremonyError } from '../../src/base/errors.ts';
import { keyTemplate } from '../../src/quorum/key-template.ts';
import { ALGORITHMS } from '../../src/quorum/operation.ts';
import { quirkRow } from '../../src/quorum/quirk-rows.ts';
import { makeNssToken } from '../../src/rehearsal/nss.ts';
import { personalityNamed } from '../../src/rehearsal/personalities.ts';
import { type PlayedHsm, playHsm } from '../../src/rehearsal/played-hsm.ts';
import { makeSoftHsm } from '../../src/rehearsal/soft-hsm.ts';
import { requireMechanisms } from '../../src/steps/key-mechanisms.ts';
import { startTokenProcess, type TokenProcess } from '../../src/token/client.ts';
import { assertRefuses, assertRejects } from '../der/refusal.ts';
import { FaultProxy } from '../softhsm/fault-proxy.ts';
import { PROGRAM_ROOT } from '../token/token-fixture.ts';

const LABEL = 'rehearsal-root-hsm';
const PUBLIC = keyTemplate('public', LABEL, '0a0b');
const untold = quirkRow('nss').untold.private;

describe('the softoken of NSS', { concurrency: false }, () => {
  let folder: string;
  let hsm: PlayedHsm;
  let token: { readonly serial: string };
  const started: TokenProcess[] = [];
  const start = async (options: Partial<PlayedHsm['soft']> & { library: string } = hsm.soft) => {
    const client = await startTokenProcess({ programRoot: PROGRAM_ROOT, environment: {}, ...options });
    started.push(client);
    return client;
  };

  before(async () => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-nss-'));
    hsm = await playHsm(
      makeSoftHsm(join(folder, 'hsm')),
      join(folder, 'played-root-hsm'),
      LABEL,
      personalityNamed('nss'),
    );
    token = { serial: hsm.store.serial };
  });
  after(async () => {
    for (const one of started) await one.stop();
    rmSync(folder, { recursive: true });
  });

  test('is itself behind the module in front, with one token under its label', async () => {
    const client = await start();
    assert.equal(client.module.manufacturer, 'Mozilla Foundation');
    const tokens = await client.tokens();
    assert.deepEqual(
      tokens.map(({ label, serial, model, initialized, userPinInitialized }) => [
        // Every database of NSS says sixteen zeros: the module in front tells two of them apart.
        ...[label, /^(?!0{16})[0-9a-f]{16}$/.test(serial), model],
        ...[initialized, userPinInitialized],
      ]),
      [[LABEL, true, 'NSS 3', true, true]],
    );
    assert.equal(FaultProxy.ofStage(folder).count('C_InitToken'), 0);
  });

  test('makes no key on a token that is told COPYABLE, and makes it where it is not', async () => {
    const client = await start();
    await client.login(token, 'user', null);
    const generate = (flags: readonly string[]) =>
      client.generateKeyPair(token, 'ecdsa-p384', PUBLIC, keyTemplate('private', LABEL, '0a0b', flags));
    await assertRejects(() => generate([]), 'PKCS11_ERROR', /C_GenerateKeyPair .* returned CKR_GENERAL_ERROR \(5\)$/);
    assert.deepEqual(await client.inventory(token), []);
    const made = await generate(untold);
    assert.ok(made.unreported.private.includes('COPYABLE'));
    // What the row of the quirk table says of its reports.
    assert.deepEqual([made.private['LOCAL'], made.public['LOCAL'], made.public['DERIVE']], [false, false, true]);
    for (const [name, wanted] of Object.entries(keyTemplate('private', LABEL, '0a0b', untold)))
      assert.equal(made.private[name], wanted, name);
  });

  test('has the mechanisms of every key of a CA but Ed25519, which is refused before anything is made', async () => {
    const mechanisms = (await (await start()).mechanisms(token)).map(({ name }) => name);
    const refused = ALGORITHMS.filter((algorithm) => {
      try {
        requireMechanisms({ step: 'root-key', token: 'root-hsm', label: LABEL, algorithm }, { mechanisms });
        return false;
      } catch (error) {
        return error instanceof CeremonyError && error.code === 'HSM_MECHANISM';
      }
    });
    assert.deepEqual(refused, ['ed25519']);
  });

  test('finds the key after another login, and signs with it', async () => {
    const client = await start();
    const [shown, ...more] = await client.inventory(token);
    assert.ok(shown?.spki);
    assert.deepEqual([shown.class, more], ['public-key', []], 'nothing private is seen without a login');
    const spki = Buffer.from(shown.spki, 'base64');
    await assertRejects(() => client.findKey(token, spki), 'HSM_NOT_ACTIVE', /is not logged in/);
    await client.login(token, 'user', null);
    assert.deepEqual((await client.inventory(token)).map((one) => one.class).sort(), ['private-key', 'public-key']);
    assert.equal((await client.findKey(token, spki)).id, '0a0b');
    const signature = await client.sign(token, spki, 'ecdsa-sha384', Buffer.from('signed by NSS'));
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    assert.ok(verify('sha384', Buffer.from('signed by NSS'), key, signature));
  });

  // Why its token is made by certutil, and why a module stands in front of it.
  test('has a C_InitToken that says it has done it, and takes neither PIN nor label', async () => {
    const blank = join(folder, 'blank');
    mkdirSync(join(blank, 'database'), { recursive: true });
    const behind = { library: hsm.soft.environment['FAULT_MODULE'] as string, environment: {} };
    const proxy = new FaultProxy(behind, blank, hsm.soft.library);
    const initArgs = hsm.soft.initArgs?.replaceAll(join(folder, 'played-root-hsm'), blank) as string;
    const client = await start({ library: proxy.library, environment: proxy.environment, initArgs });
    const [before] = await client.tokens();
    assert.deepEqual([before?.label, before?.initialized], [LABEL, false]);
    const pin = Buffer.from('12345678');
    await assertRejects(
      () => client.initToken({ blank: true, model: 'NSS 3' }, 'another', pin),
      'TOKEN_MISSING',
      /^after C_InitToken 0 new tokens are labelled "another"/,
    );
    assert.match(proxy.returned().join('\n'), /^C_InitToken label="another +" rv=0$/m);
    const [since] = await client.tokens();
    assert.deepEqual([since?.label, since?.initialized], [LABEL, false], 'it said CKR_OK and did nothing');
  });

  test('exports no function that takes a PIN: without the module in front it is refused', async () => {
    const bare = makeNssToken(join(folder, 'other'), LABEL, '12345678');
    await assertRejects(
      () => start(bare),
      'PKCS11_ERROR',
      /libsoftokn3\.so" does not export C_InitToken, without which/,
    );
  });

  test('is refused where the path of its database would be taken for a quote', () => {
    assertRefuses(
      () => makeNssToken(join(folder, "o'clock"), LABEL, '12345678'),
      'REHEARSAL_SETUP',
      /that NSS takes for a quote$/,
    );
  });
});
