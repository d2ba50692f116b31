import { MechanismEnum } from 'graphene-pk11';

/** Return values of PKCS #11 v3.0, without "CKR_". pkcs11js knows fewer, and calls the rest "vendor defined". */
const RETURN_VALUES: Readonly<Record<number, string>> = {
  0x0: 'OK',
  0x1: 'CANCEL',
  0x2: 'HOST_MEMORY',
  0x3: 'SLOT_ID_INVALID',
  0x5: 'GENERAL_ERROR',
  0x6: 'FUNCTION_FAILED',
  0x7: 'ARGUMENTS_BAD',
  0x8: 'NO_EVENT',
  0x9: 'NEED_TO_CREATE_THREADS',
  0xa: 'CANT_LOCK',
  0x10: 'ATTRIBUTE_READ_ONLY',
  0x11: 'ATTRIBUTE_SENSITIVE',
  0x12: 'ATTRIBUTE_TYPE_INVALID',
  0x13: 'ATTRIBUTE_VALUE_INVALID',
  0x1b: 'ACTION_PROHIBITED',
  0x20: 'DATA_INVALID',
  0x21: 'DATA_LEN_RANGE',
  0x30: 'DEVICE_ERROR',
  0x31: 'DEVICE_MEMORY',
  0x32: 'DEVICE_REMOVED',
  0x40: 'ENCRYPTED_DATA_INVALID',
  0x41: 'ENCRYPTED_DATA_LEN_RANGE',
  0x42: 'AEAD_DECRYPT_FAILED',
  0x50: 'FUNCTION_CANCELED',
  0x51: 'FUNCTION_NOT_PARALLEL',
  0x54: 'FUNCTION_NOT_SUPPORTED',
  0x60: 'KEY_HANDLE_INVALID',
  0x62: 'KEY_SIZE_RANGE',
  0x63: 'KEY_TYPE_INCONSISTENT',
  0x64: 'KEY_NOT_NEEDED',
  0x65: 'KEY_CHANGED',
  0x66: 'KEY_NEEDED',
  0x67: 'KEY_INDIGESTIBLE',
  0x68: 'KEY_FUNCTION_NOT_PERMITTED',
  0x69: 'KEY_NOT_WRAPPABLE',
  0x6a: 'KEY_UNEXTRACTABLE',
  0x70: 'MECHANISM_INVALID',
  0x71: 'MECHANISM_PARAM_INVALID',
  0x82: 'OBJECT_HANDLE_INVALID',
  0x90: 'OPERATION_ACTIVE',
  0x91: 'OPERATION_NOT_INITIALIZED',
  0xa0: 'PIN_INCORRECT',
  0xa1: 'PIN_INVALID',
  0xa2: 'PIN_LEN_RANGE',
  0xa3: 'PIN_EXPIRED',
  0xa4: 'PIN_LOCKED',
  0xb0: 'SESSION_CLOSED',
  0xb1: 'SESSION_COUNT',
  0xb3: 'SESSION_HANDLE_INVALID',
  0xb4: 'SESSION_PARALLEL_NOT_SUPPORTED',
  0xb5: 'SESSION_READ_ONLY',
  0xb6: 'SESSION_EXISTS',
  0xb7: 'SESSION_READ_ONLY_EXISTS',
  0xb8: 'SESSION_READ_WRITE_SO_EXISTS',
  0xc0: 'SIGNATURE_INVALID',
  0xc1: 'SIGNATURE_LEN_RANGE',
  0xd0: 'TEMPLATE_INCOMPLETE',
  0xd1: 'TEMPLATE_INCONSISTENT',
  0xe0: 'TOKEN_NOT_PRESENT',
  0xe1: 'TOKEN_NOT_RECOGNIZED',
  0xe2: 'TOKEN_WRITE_PROTECTED',
  0xf0: 'UNWRAPPING_KEY_HANDLE_INVALID',
  0xf1: 'UNWRAPPING_KEY_SIZE_RANGE',
  0xf2: 'UNWRAPPING_KEY_TYPE_INCONSISTENT',
  0x100: 'USER_ALREADY_LOGGED_IN',
  0x101: 'USER_NOT_LOGGED_IN',
  0x102: 'USER_PIN_NOT_INITIALIZED',
  0x103: 'USER_TYPE_INVALID',
  0x104: 'USER_ANOTHER_ALREADY_LOGGED_IN',
  0x105: 'USER_TOO_MANY_TYPES',
  0x110: 'WRAPPED_KEY_INVALID',
  0x112: 'WRAPPED_KEY_LEN_RANGE',
  0x113: 'WRAPPING_KEY_HANDLE_INVALID',
  0x114: 'WRAPPING_KEY_SIZE_RANGE',
  0x115: 'WRAPPING_KEY_TYPE_INCONSISTENT',
  0x120: 'RANDOM_SEED_NOT_SUPPORTED',
  0x121: 'RANDOM_NO_RNG',
  0x130: 'DOMAIN_PARAMS_INVALID',
  0x140: 'CURVE_NOT_SUPPORTED',
  0x150: 'BUFFER_TOO_SMALL',
  0x160: 'SAVED_STATE_INVALID',
  0x170: 'INFORMATION_SENSITIVE',
  0x180: 'STATE_UNSAVEABLE',
  0x190: 'CRYPTOKI_NOT_INITIALIZED',
  0x191: 'CRYPTOKI_ALREADY_INITIALIZED',
  0x1a0: 'MUTEX_BAD',
  0x1a1: 'MUTEX_NOT_LOCKED',
  0x1b0: 'NEW_PIN_MODE',
  0x1b1: 'NEXT_OTP',
  0x1b5: 'EXCEEDED_MAX_ITERATIONS',
  0x1b6: 'FIPS_SELF_TEST_FAILED',
  0x1b7: 'LIBRARY_LOAD_FAILED',
  0x1b8: 'PIN_TOO_WEAK',
  0x1b9: 'PUBLIC_KEY_INVALID',
  0x200: 'FUNCTION_REJECTED',
  0x201: 'TOKEN_RESOURCE_EXCEEDED',
  0x202: 'OPERATION_CANCEL_FAILED',
  0x203: 'KEY_EXHAUSTED',
};

const VENDOR_DEFINED = 0x80000000;

/** "CKR_PIN_INCORRECT"; "CKR_VENDOR_DEFINED|0xe0" for 0x800000e0; "CKR_0x1c" for a number nobody has named. */
export function returnValueName(value: number): string {
  const known = RETURN_VALUES[value];
  return known === undefined ? unnamed('CKR', value) : `CKR_${known}`;
}

/** Mechanisms that graphene-pk11 has no name for. */
const MORE_MECHANISMS: Readonly<Record<number, string>> = {
  0x1055: 'EC_EDWARDS_KEY_PAIR_GEN',
  0x1056: 'EC_MONTGOMERY_KEY_PAIR_GEN',
  0x1057: 'EDDSA',
  0x210b: 'AES_KEY_WRAP_KWP',
};

/** "CKM_ECDSA_SHA384", "CKM_0x1234". */
export function mechanismName(mechanism: number): string {
  const known = MORE_MECHANISMS[mechanism] ?? MechanismEnum[mechanism];
  return known === undefined ? unnamed('CKM', mechanism) : `CKM_${known}`;
}

const KEY_TYPES: Readonly<Record<number, string>> = {
  0x0: 'RSA',
  0x1: 'DSA',
  0x2: 'DH',
  0x3: 'EC',
  0x10: 'GENERIC_SECRET',
  0x14: 'DES2',
  0x15: 'DES3',
  0x1f: 'AES',
  0x28: 'SHA_1_HMAC',
  0x2b: 'SHA256_HMAC',
  0x2c: 'SHA384_HMAC',
  0x2d: 'SHA512_HMAC',
  0x40: 'EC_EDWARDS',
  0x41: 'EC_MONTGOMERY',
};

/** "CKK_EC", "CKK_0x1234". */
export function keyTypeName(keyType: number): string {
  const known = KEY_TYPES[keyType];
  return known === undefined ? unnamed('CKK', keyType) : `CKK_${known}`;
}

const CLASSES = [
  'data',
  'certificate',
  'public-key',
  'private-key',
  'secret-key',
  'hardware-feature',
  'domain-parameters',
  'mechanism',
  'otp-key',
] as const;

/** "private-key"; "CKO_0x9" for a class nobody has named. */
export function className(objectClass: number): string {
  return CLASSES[objectClass] ?? unnamed('CKO', objectClass);
}

/** The number of a class by our name for it, or undefined. */
export function classNumber(name: string): number | undefined {
  const index = (CLASSES as readonly string[]).indexOf(name);
  return index < 0 ? undefined : index;
}

function unnamed(prefix: string, value: number): string {
  return value >= VENDOR_DEFINED
    ? `${prefix}_VENDOR_DEFINED|0x${(value - VENDOR_DEFINED).toString(16)}`
    : `${prefix}_0x${value.toString(16)}`;
}
