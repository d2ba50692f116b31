import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { CeremonyError } from '../../src/base/errors.ts';
import type { TokenProcess } from '../../src/token/client.ts';
import type { KeyAlgorithm } from '../../src/token/replies.ts';
import { type FaultyHsm, makeFaultyHsm } from '../softhsm/soft-hsm.ts';
import { activeToken, generate, startOn } from './token-fixture.ts';

/* An HSM that makes a sound key, and another one than it was asked for: what is read back is held to what was asked. */

let hsm: FaultyHsm;
let process: TokenProcess;
let token: { readonly serial: string };

before(async () => {
  hsm = makeFaultyHsm();
  process = await startOn(hsm);
  token = await activeToken(process, 'other');
});
after(async () => {
  await process.end();
  hsm.remove();
});
afterEach(() => hsm.proxy.heal());

/** Numbers of attributes (PKCS #11 v2.40 base, annex A). */
const CKA = { MODULUS_BITS: 0x121, PUBLIC_EXPONENT: 0x122, EC_PARAMS: 0x180 } as const;
/** CK_ULONG as this machine has it. */
const ulong = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes.toString('hex');
};

const OTHER: readonly (readonly [what: string, asked: KeyAlgorithm, attribute: keyof typeof CKA, value: string])[] = [
  ['a key on another curve', 'ecdsa-p384', 'EC_PARAMS', '06082a8648ce3d030107'],
  ['an RSA key of another length', 'rsa-3072', 'MODULUS_BITS', ulong(2048)],
  ['an RSA key with another exponent', 'rsa-2048', 'PUBLIC_EXPONENT', '010003'],
];
for (const [what, asked, attribute, value] of OTHER)
  test(`${what} than was asked for is refused`, async () => {
    const id = Buffer.from(attribute).toString('hex').slice(0, 16);
    await generate(process, token, asked, `honest ${attribute}`, `${id}00`);
    hsm.proxy.say(`makes ${CKA[attribute]} ${value}`);
    const error = await generate(process, token, asked, attribute, `${id}01`).then(
      () => assert.fail('it was taken'),
      (refused: CeremonyError) => refused,
    );
    const expected = `token "${token.serial}" generated a key that is not of algorithm "${asked}"`;
    assert.deepEqual([error.code, error.message], ['HSM_KEY_INVALID', expected]);
    // It exists: what it is, and where, is on record.
    const { label, id: left, orphan, spkiSha256 } = error.details ?? {};
    assert.deepEqual([label, left, orphan], [attribute, `${id}01`, true]);
    const there = (await process.inventory(token)).find(
      (object) => object.class === 'public-key' && object.id === `${id}01`,
    );
    assert.equal(there?.spkiSha256, spkiSha256);
  });
