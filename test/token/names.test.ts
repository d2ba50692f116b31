import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CeremonyError } from '../../src/base/errors.ts';
import { cryptoki, refusalFor } from '../../src/token/cryptoki-errors.ts';
import { className, classNumber, keyTypeName, mechanismName, returnValueName } from '../../src/token/cryptoki-names.ts';
import { refusal } from './token-fixture.ts';

test('names of numbers, known, unknown and vendors’', () => {
  const table: readonly (readonly [string, string])[] = [
    [returnValueName(0xa0), 'CKR_PIN_INCORRECT'],
    [returnValueName(27), 'CKR_ACTION_PROHIBITED'],
    [returnValueName(0x1c), 'CKR_0x1c'],
    [returnValueName(0x800000e0), 'CKR_VENDOR_DEFINED|0xe0'],
    [mechanismName(0x1041), 'CKM_ECDSA'],
    [mechanismName(0x1040), 'CKM_EC_KEY_PAIR_GEN'],
    [mechanismName(0x1057), 'CKM_EDDSA'],
    [mechanismName(0x210b), 'CKM_AES_KEY_WRAP_KWP'],
    [mechanismName(0x80000001), 'CKM_VENDOR_DEFINED|0x1'],
    [mechanismName(0x7777), 'CKM_0x7777'],
    [keyTypeName(3), 'CKK_EC'],
    [keyTypeName(0x99), 'CKK_0x99'],
    [className(3), 'private-key'],
    [className(77), 'CKO_0x4d'],
  ];
  for (const [actual, expected] of table) assert.equal(actual, expected);
  assert.equal(classNumber('certificate'), 1);
  assert.equal(classNumber('constructor'), undefined);
});

test('each return value has its code, and its name, number and call in the details', () => {
  const codes = {
    5: 'PKCS11_ERROR',
    3: 'HSM_REMOVED',
    48: 'HSM_DEVICE_ERROR',
    49: 'HSM_DEVICE_ERROR',
    50: 'HSM_REMOVED',
    160: 'PIN_INCORRECT',
    161: 'PIN_LENGTH',
    162: 'PIN_LENGTH',
    164: 'PIN_LOCKED',
    176: 'HSM_SESSION_LOST',
    179: 'HSM_SESSION_LOST',
    224: 'HSM_REMOVED',
    257: 'HSM_SESSION_LOST',
    400: 'HSM_SESSION_LOST',
  };
  for (const [ckr, code] of Object.entries(codes)) assert.equal(refusalFor('C_Login', null, Number(ckr)).code, code);
  const error = refusalFor('C_Login', 'abc', 27);
  assert.equal(error.message, 'C_Login on token "abc" returned CKR_ACTION_PROHIBITED (27)');
  assert.deepEqual(error.details, { ckr: 27, name: 'CKR_ACTION_PROHIBITED', call: 'C_Login' });
});

test('the three kinds of errors of pkcs11js become refusals, and bugs stay bugs', () => {
  const thrown = (error: unknown) => () =>
    cryptoki('C_X', 'abc', () => {
      throw error;
    });
  const coded = Object.assign(new Error('CKR_VENDOR_DEFINED'), { code: 27 });
  assert.throws(thrown(coded), refusal('PKCS11_ERROR', 'C_X on token "abc" returned CKR_ACTION_PROHIBITED (27)'));
  const plain = new Error('CKR_VENDOR_DEFINED:27');
  assert.throws(thrown(plain), refusal('PKCS11_ERROR', 'C_X on token "abc" returned CKR_ACTION_PROHIBITED (27)'));
  const bug = new TypeError('Argument 1 has wrong type');
  assert.throws(thrown(bug), (error) => error === bug);
  const ours = new CeremonyError('HSM_OBJECT_MISSING', 'CKR_PIN_INCORRECT:160');
  assert.throws(thrown(ours), (error) => error === ours);
});
