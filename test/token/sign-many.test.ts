import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { CeremonyError } from '../../src/base/errors.ts';
import type { TokenProcess } from '../../src/token/client.ts';
import { LIMIT_SECONDS, LONGEST_CALL_SECONDS, limitOf, MOST_IN_ONE_REQUEST } from '../../src/token/limits.ts';
import { CKR } from '../softhsm/fault-proxy.ts';
import { type FaultyHsm, makeFaultyHsm } from '../softhsm/soft-hsm.ts';
import { activeToken, der, generate, refusal, startOn } from './token-fixture.ts';

const PAYLOADS = Array.from({ length: MOST_IN_ONE_REQUEST }, (_, index) =>
  Buffer.from(`payload ${index} `.repeat(index + 1)),
);

let hsm: FaultyHsm;
let process: TokenProcess;
let token: { readonly serial: string };

before(async () => {
  hsm = makeFaultyHsm();
  process = await startOn(hsm);
  token = await activeToken(process, 'many');
});
after(async () => {
  process.kill();
  hsm.remove();
});

for (const [algorithm, mechanism, hash, id] of [
  ['ecdsa-p384', 'ecdsa-sha384', 'sha384', '01'],
  ['rsa-2048', 'rsa-pkcs1-sha256', 'sha256', '02'],
  ['ed25519', 'ed25519', null, '03'],
] as const) {
  test(`many payloads in one request, each signed by ${mechanism} as node:crypto verifies it`, async () => {
    const { spki } = await generate(process, token, algorithm, algorithm, id);
    const [calls, lasting] = [hsm.calls().length, process.lastingCalls];
    const signatures = await process.signMany(token, der(spki), mechanism, PAYLOADS);
    assert.equal(process.lastingCalls, lasting + PAYLOADS.length);
    const made = hsm.calls().slice(calls);
    assert.equal(made.filter((call) => call.startsWith('C_Sign ')).length, PAYLOADS.length, made.join());
    assert.ok(!made.some((call) => call.startsWith('C_Login')));
    const key = createPublicKey({ key: der(spki), format: 'der', type: 'spki' });
    assert.equal(signatures.length, PAYLOADS.length);
    for (const [index, signature] of signatures.entries())
      assert.ok(verify(hash, PAYLOADS[index] as Buffer, key, signature), `payload ${index}`);
  });
}

test('a token that is lost in the middle: how many were signed is said', async () => {
  const { spki } = await generate(process, token, 'ecdsa-p256', 'lost', '04');
  hsm.proxy.at('C_Sign', 13, { return: CKR.deviceRemoved });
  await assert.rejects(process.signMany(token, der(spki), 'ecdsa-sha256', PAYLOADS), (error: CeremonyError) => {
    refusal('HSM_REMOVED', /^C_Sign on token /)(error);
    assert.equal(error.details?.['signed'], 12);
    return true;
  });
});

test('a request for many has the time of all of them, and never more than a call may take', () => {
  const sizes = (count: number) => ({ sizes: Array(count).fill(600) });
  const of = (count: number) => limitOf('sign-many', sizes(count), count * 600);
  assert.ok(of(50) >= of(1) + 49 * LIMIT_SECONDS.nextSignature);
  assert.ok(of(MOST_IN_ONE_REQUEST) < LONGEST_CALL_SECONDS);
});
