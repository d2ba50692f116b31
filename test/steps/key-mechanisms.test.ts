import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ALGORITHMS } from '../../src/quorum/operation.ts';
import { requireMechanisms } from '../../src/steps/key-mechanisms.ts';
import type { TokenProcess } from '../../src/token/client.ts';
import { makeSoftHsm, type SoftHsm } from '../softhsm/soft-hsm.ts';
import { startOn } from '../token/token-fixture.ts';

const key = (algorithm: (typeof ALGORITHMS)[number]) => ({
  step: 'root-key',
  token: 'root-hsm',
  label: 'root-g1',
  algorithm,
});
/** The algorithms that these mechanisms are enough for. */
const able = (...mechanisms: readonly string[]) =>
  ALGORITHMS.filter((algorithm) => {
    try {
      requireMechanisms(key(algorithm), { mechanisms: [...mechanisms] });
      return true;
    } catch (error) {
      assert.equal((error as { code?: string }).code, 'HSM_MECHANISM');
      return false;
    }
  });

describe('what an HSM can make, by the names of its mechanisms', () => {
  const EC = 'CKM_EC_KEY_PAIR_GEN';
  const RSA = 'CKM_RSA_PKCS_KEY_PAIR_GEN';
  const cases: readonly (readonly [mechanisms: readonly string[], able: readonly string[]])[] = [
    [[], []],
    [[EC], []],
    [['CKM_ECDSA', 'CKM_RSA_PKCS', 'CKM_EDDSA'], []],
    [
      [EC, 'CKM_ECDSA'],
      ['ecdsa-p256', 'ecdsa-p384', 'ecdsa-p521'],
    ],
    [[EC, 'CKM_ECDSA_SHA256'], ['ecdsa-p256']],
    [[EC, 'CKM_ECDSA_SHA384'], ['ecdsa-p384']],
    [[EC, 'CKM_ECDSA_SHA512'], ['ecdsa-p521']],
    [
      [RSA, 'CKM_RSA_PKCS'],
      ['rsa-3072', 'rsa-4096'],
    ],
    [
      [RSA, 'CKM_SHA384_RSA_PKCS'],
      ['rsa-3072', 'rsa-4096'],
    ],
    [[EC, 'CKM_EDDSA'], []],
    [['CKM_EC_EDWARDS_KEY_PAIR_GEN', 'CKM_EDDSA'], ['ed25519']],
  ];
  for (const [mechanisms, expected] of cases)
    test(`${mechanisms.join(', ') || 'none'}: ${expected.join(', ') || 'nothing'}`, () =>
      assert.deepEqual(able(...mechanisms), expected));

  test('an HSM that names none has none, and all that is missing is said', () => {
    assert.throws(() => requireMechanisms(key('ed25519'), {}), {
      code: 'HSM_MECHANISM',
      message:
        '"root-hsm" has no CKM_EC_EDWARDS_KEY_PAIR_GEN, and no CKM_EDDSA: step "root-key" could not make its key "root-g1" of ed25519',
    });
  });
});

describe('real modules', () => {
  const hsms: SoftHsm[] = [];
  const clients: TokenProcess[] = [];
  const namesOf = async (mechanisms?: string) => {
    const hsm = makeSoftHsm(mechanisms);
    hsms.push(hsm);
    const client = await startOn(hsm);
    clients.push(client);
    const [blank] = await client.tokens();
    assert.ok(blank);
    return (await client.mechanisms({ blank: true, model: blank.model })).map(({ name }) => name);
  };
  let all: string[];
  before(async () => {
    all = await namesOf();
  });
  after(async () => {
    for (const client of clients) await client.end();
    for (const hsm of hsms) hsm.remove();
  });

  test('SoftHSM has what every algorithm needs, by these names', () => {
    assert.deepEqual(able(...all), ALGORITHMS);
  });

  test('SoftHSM that is configured without Ed25519 can make all others', async () => {
    const names = await namesOf(all.filter((name) => name !== 'CKM_EDDSA').join(','));
    assert.ok(names.includes('CKM_EC_EDWARDS_KEY_PAIR_GEN') && !names.includes('CKM_EDDSA'));
    assert.deepEqual(
      able(...names),
      ALGORITHMS.filter((algorithm) => algorithm !== 'ed25519'),
    );
  });
});
