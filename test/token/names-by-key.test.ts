import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { after, before, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import type { TokenProcess } from '../../src/token/client.ts';
import type { GeneratedKeyPair } from '../../src/token/replies.ts';
import { type FaultyHsm, makeFaultyHsm } from '../softhsm/soft-hsm.ts';
import { activeToken, der, generate, prepareToken, refusal, startOn, USER_PIN } from './token-fixture.ts';

let hsm: FaultyHsm;
let process: TokenProcess;
const pairs: GeneratedKeyPair[] = [];

/** Two cards with a key each and one without, none of which has a serial. */
before(async () => {
  hsm = makeFaultyHsm();
  const making = await startOn(hsm);
  for (const label of ['one', 'other']) {
    const token = await activeToken(making, label);
    pairs.push(await generate(making, token, 'ecdsa-p256', 'sign', '01'));
    await making.logout(token);
  }
  await prepareToken(making, 'empty');
  await making.end();
  hsm.proxy.say('token * serial');
  process = await startOn(hsm);
});
after(async () => {
  await process.end();
  hsm.remove();
});

const keyAt = (index: number) => ({ key: (pairs[index] as GeneratedKeyPair).spkiSha256 });
const PAYLOAD = Buffer.from('payload');

test('cards without a serial are told apart by the keys that they show without a login', async () => {
  const found = await process.tokensOf('');
  assert.deepEqual(found.map(({ facts, keys }) => [facts.serial, keys.length]).sort(), [
    ['', 0],
    ['', 1],
    ['', 1],
  ]);
  assert.deepEqual(found.flatMap(({ keys }) => keys).sort(), pairs.map(({ spkiSha256 }) => spkiSha256).sort());
  assert.deepEqual(await process.tokensOf('none'), []);
});

test('two of them are logged in at once, each signs with its own key, and each logs out alone', async () => {
  for (const index of [0, 1]) await process.login(keyAt(index), 'user', USER_PIN);
  await assert.rejects(
    process.login(keyAt(1), 'user', USER_PIN),
    refusal('PKCS11_ARGUMENT', 'token "SoftHSM v2, which has no serial" is logged in already, as user; log out first'),
  );
  const sign = (index: number) => process.sign(keyAt(index), der(pairs[index]!.spki), 'ecdsa-sha256', PAYLOAD);
  for (const index of [0, 1]) {
    const key = createPublicKey({ key: der(pairs[index]!.spki), format: 'der', type: 'spki' });
    assert.ok(verify('sha256', PAYLOAD, key, await sign(index)));
  }
  await process.logout(keyAt(0));
  await assert.rejects(
    sign(0),
    refusal('HSM_NOT_ACTIVE', 'token "SoftHSM v2, which has no serial" is not logged in, expected a login as user'),
  );
  assert.ok(await sign(1));
  await process.logout(keyAt(1));
});

test('a key that no token shows, or a serial that is none, names nothing: no login is tried', async () => {
  const before = hsm.calls().length;
  const nobody = sha256('nobody');
  await assert.rejects(
    process.login({ key: nobody }, 'user', USER_PIN),
    refusal('TOKEN_MISSING', `0 tokens that show the public key ${nobody} are present, exactly 1 was expected`),
  );
  await assert.rejects(process.login({ serial: '' }, 'user', USER_PIN), refusal('PKCS11_ARGUMENT', /"serial"/));
  assert.equal(hsm.calls().length, before);
});
