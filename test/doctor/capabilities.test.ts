import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { capabilitiesOf, describePart } from '../../src/doctor/capabilities.ts';
import { isSoftwareToken } from '../../src/quorum/software-token.ts';
import { mechanisms, token } from './seen.ts';

const partsOf = (...args: Parameters<typeof token>) => {
  const { hsm, quorumToken } = capabilitiesOf(token(...args));
  return [describePart('CA HSM', hsm), describePart('quorum token', quorumToken)];
};

const CAN_BE_HSM = 'can be a CA HSM: ECDSA P-256, ECDSA P-384, ECDSA P-521, RSA-3072, RSA-4096, Ed25519; random bytes';
const CAN_BE_TOKEN = 'can be a quorum token: signs by ECDSA P-256, ECDSA P-384, RSA; opens by ECDH, RSA-OAEP';

describe('what a token can be', () => {
  const cases: readonly (readonly [name: string, args: Parameters<typeof token>, expected: readonly string[]])[] = [
    ['everything', [], [CAN_BE_HSM, CAN_BE_TOKEN]],
    [
      'without RSA keys of 4096 bits',
      [{}, { mechanisms: mechanisms().map((one) => ({ ...one, maxKeySize: Math.min(one.maxKeySize, 2048) })) }],
      [
        'can be a CA HSM: ECDSA P-256, ECDSA P-384, ECDSA P-521, Ed25519; random bytes (not RSA-3072, RSA-4096)',
        CAN_BE_TOKEN,
      ],
    ],
    [
      'without P-384',
      [
        {},
        {
          mechanisms: mechanisms().map((one) =>
            /^CKM_EC(DSA|_KEY)/.test(one.name) ? { ...one, maxKeySize: 256 } : one,
          ),
        },
      ],
      [
        'can be a CA HSM: ECDSA P-256, RSA-3072, RSA-4096, Ed25519; random bytes (not ECDSA P-384, ECDSA P-521)',
        'can be a quorum token: signs by ECDSA P-256, RSA; opens by ECDH, RSA-OAEP (not ECDSA P-384)',
      ],
    ],
    [
      'a card that makes no keys and has no OAEP',
      [
        { maxPinLength: 8 },
        {
          mechanisms: mechanisms(
            ...['CKM_EC_KEY_PAIR_GEN', 'CKM_EC_EDWARDS_KEY_PAIR_GEN', 'CKM_RSA_PKCS_KEY_PAIR_GEN', 'CKM_RSA_PKCS_OAEP'],
          ),
        },
      ],
      [
        'cannot be a CA HSM; it lacks generation and signing with any of ECDSA P-256, ECDSA P-384, ECDSA P-521, RSA-3072, RSA-4096, Ed25519; PINs of 16 characters: it takes 8 at most',
        'can be a quorum token: signs by ECDSA P-256, ECDSA P-384, RSA; opens by ECDH (not RSA-OAEP)',
      ],
    ],
    [
      'mechanisms that are listed, but not for this use',
      [{}, { mechanisms: mechanisms().map((one) => ({ ...one, flags: 0x400 })) }],
      [
        'cannot be a CA HSM; it lacks generation and signing with any of ECDSA P-256, ECDSA P-384, ECDSA P-521, RSA-3072, RSA-4096, Ed25519',
        'cannot be a quorum token; it lacks signing by any of ECDSA P-256, ECDSA P-384, RSA; opening by ECDH or RSA-OAEP',
      ],
    ],
    [
      'a module that does not tell the sizes of keys and PINs',
      [{ maxPinLength: 0 }, { mechanisms: mechanisms().map((one) => ({ ...one, minKeySize: 0, maxKeySize: 0 })) }],
      [CAN_BE_HSM, CAN_BE_TOKEN],
    ],
    [
      'a mechanism that hashes on the token, instead of the bare one',
      [
        {},
        {
          mechanisms: mechanisms('CKM_RSA_PKCS').map((one) =>
            one.name === 'CKM_ECDSA' ? { ...one, mechanism: 0x1045 } : one,
          ),
        },
      ],
      [
        'can be a CA HSM: ECDSA P-384, Ed25519; random bytes (not ECDSA P-256, ECDSA P-521, RSA-3072, RSA-4096)',
        'can be a quorum token: signs by ECDSA P-384; opens by ECDH, RSA-OAEP (not ECDSA P-256, RSA)',
      ],
    ],
    [
      'a keypad of its own, where PINs may be short',
      [{ protectedAuthenticationPath: true, maxPinLength: 8 }],
      [
        'can be a CA HSM: ECDSA P-256, ECDSA P-384, ECDSA P-521, RSA-3072, RSA-4096, Ed25519; random bytes; a login at the device itself',
        'cannot be a quorum token; it lacks a PIN that this computer hands over: it asks for PINs at a keypad of its own',
      ],
    ],
    [
      'a keypad of its own, in error, write-protected, without random bytes',
      [{ protectedAuthenticationPath: true, errorState: true, writeProtected: true }, { random: false }],
      [
        'cannot be a CA HSM; it lacks a sound state: it reports an error; random bytes without a login; storage: it is write-protected',
        'cannot be a quorum token; it lacks a sound state: it reports an error; a PIN that this computer hands over: it asks for PINs at a keypad of its own',
      ],
    ],
    [
      'mechanisms that could not be read',
      [
        {},
        {
          mechanisms: null,
          problem: { code: 'PKCS11_ERROR', message: 'C_GetMechanismList returned CKR_DEVICE_ERROR (48)' },
        },
      ],
      ['CA HSM', 'quorum token'].map(
        (part) =>
          `cannot be a ${part}; it lacks its mechanisms, which could not be read: C_GetMechanismList returned CKR_DEVICE_ERROR (48)`,
      ),
    ],
  ];
  for (const [name, args, expected] of cases) test(name, () => assert.deepEqual(partsOf(...args), expected));
});

test('tokens that are programs are known by what they say of themselves', () => {
  const software: readonly (readonly [manufacturer: string, model: string])[] = [
    ['SoftHSM project', 'SoftHSM v2'],
    ['Mozilla Foundation', 'NSS 3'],
    ['IBM', 'Soft'],
    ['IBM', 'SW   TPM'],
    ['PKCS#11 Kit', 'p11-kit-trust'],
    ['  SOFTHSM PROJECT ', 'other'],
  ];
  for (const [manufacturer, model] of software)
    assert.ok(isSoftwareToken({ manufacturer, model }), `${manufacturer}, ${model}`);
  const hardware: readonly (readonly [manufacturer: string, model: string])[] = [
    ['IBM', 'EP11'],
    ['Thales', 'Luna K7'],
    ['nCipher Corp. Ltd', 'nShield Connect'],
    ['Yubico (www.yubico.com)', 'YubiHSM'],
    ['piv_II', 'PKCS#15 emulated'],
    ['', ''],
  ];
  for (const [manufacturer, model] of hardware)
    assert.ok(!isSoftwareToken({ manufacturer, model }), `${manufacturer}, ${model}`);
});

test('Ed25519 is there with both of its mechanisms alone, whether its size is counted as 255 or 256 bits', () => {
  const able = (more: Parameters<typeof token>[1]) => partsOf({}, more)[0]?.startsWith(CAN_BE_HSM);
  const sized = (minKeySize: number, maxKeySize: number) => ({
    mechanisms: mechanisms().map((one) => (/ED/.test(one.name) ? { ...one, minKeySize, maxKeySize } : one)),
  });
  assert.deepEqual([sized(255, 255), sized(256, 256), sized(0, 0), sized(257, 448), sized(128, 254)].map(able), [
    true,
    true,
    true,
    false,
    false,
  ]);
  for (const name of ['CKM_EDDSA', 'CKM_EC_EDWARDS_KEY_PAIR_GEN'])
    assert.match(String(partsOf({}, { mechanisms: mechanisms(name) })[0]), /RSA-4096; random bytes \(not Ed25519\)$/);
});
