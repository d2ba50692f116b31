import { MechanismEnum } from 'graphene-pk11';

/** Return values of PKCS #11 v3.0, without "CKR_". pkcs11js knows fewer, and calls the rest "vendor defined". */
const RETURN_VALUES: Readonly<Record<number, string>> = {
  0: 'OK',
  1: 'CANCEL',
  2: 'HOST_MEMORY',
  3: 'SLOT_ID_INVALID',
  5: 'GENERAL_ERROR',
  6: 'FUNCTION_FAILED',
  7: 'ARGUMENTS_BAD',
  8: 'NO_EVENT',
  9: 'NEED_TO_CREATE_THREADS',
  10: 'CANT_LOCK',
  16: 'ATTRIBUTE_READ_ONLY',
  17: 'ATTRIBUTE_SENSITIVE',
  18: 'ATTRIBUTE_TYPE_INVALID',
  19: 'ATTRIBUTE_VALUE_INVALID',
  27: 'ACTION_PROHIBITED',
  32: 'DATA_INVALID',
  33: 'DATA_LEN_RANGE',
  48: 'DEVICE_ERROR',
  49: 'DEVICE_MEMORY',
  50: 'DEVICE_REMOVED',
  64: 'ENCRYPTED_DATA_INVALID',
  65: 'ENCRYPTED_DATA_LEN_RANGE',
  66: 'AEAD_DECRYPT_FAILED',
  80: 'FUNCTION_CANCELED',
  81: 'FUNCTION_NOT_PARALLEL',
  84: 'FUNCTION_NOT_SUPPORTED',
  96: 'KEY_HANDLE_INVALID',
  98: 'KEY_SIZE_RANGE',
  99: 'KEY_TYPE_INCONSISTENT',
  100: 'KEY_NOT_NEEDED',
  101: 'KEY_CHANGED',
  102: 'KEY_NEEDED',
  103: 'KEY_INDIGESTIBLE',
  104: 'KEY_FUNCTION_NOT_PERMITTED',
  105: 'KEY_NOT_WRAPPABLE',
  106: 'KEY_UNEXTRACTABLE',
  112: 'MECHANISM_INVALID',
  113: 'MECHANISM_PARAM_INVALID',
  130: 'OBJECT_HANDLE_INVALID',
  144: 'OPERATION_ACTIVE',
  145: 'OPERATION_NOT_INITIALIZED',
  160: 'PIN_INCORRECT',
  161: 'PIN_INVALID',
  162: 'PIN_LEN_RANGE',
  163: 'PIN_EXPIRED',
  164: 'PIN_LOCKED',
  176: 'SESSION_CLOSED',
  177: 'SESSION_COUNT',
  179: 'SESSION_HANDLE_INVALID',
  180: 'SESSION_PARALLEL_NOT_SUPPORTED',
  181: 'SESSION_READ_ONLY',
  182: 'SESSION_EXISTS',
  183: 'SESSION_READ_ONLY_EXISTS',
  184: 'SESSION_READ_WRITE_SO_EXISTS',
  192: 'SIGNATURE_INVALID',
  193: 'SIGNATURE_LEN_RANGE',
  208: 'TEMPLATE_INCOMPLETE',
  209: 'TEMPLATE_INCONSISTENT',
  224: 'TOKEN_NOT_PRESENT',
  225: 'TOKEN_NOT_RECOGNIZED',
  226: 'TOKEN_WRITE_PROTECTED',
  240: 'UNWRAPPING_KEY_HANDLE_INVALID',
  241: 'UNWRAPPING_KEY_SIZE_RANGE',
  242: 'UNWRAPPING_KEY_TYPE_INCONSISTENT',
  256: 'USER_ALREADY_LOGGED_IN',
  257: 'USER_NOT_LOGGED_IN',
  258: 'USER_PIN_NOT_INITIALIZED',
  259: 'USER_TYPE_INVALID',
  260: 'USER_ANOTHER_ALREADY_LOGGED_IN',
  261: 'USER_TOO_MANY_TYPES',
  272: 'WRAPPED_KEY_INVALID',
  274: 'WRAPPED_KEY_LEN_RANGE',
  275: 'WRAPPING_KEY_HANDLE_INVALID',
  276: 'WRAPPING_KEY_SIZE_RANGE',
  277: 'WRAPPING_KEY_TYPE_INCONSISTENT',
  288: 'RANDOM_SEED_NOT_SUPPORTED',
  289: 'RANDOM_NO_RNG',
  304: 'DOMAIN_PARAMS_INVALID',
  320: 'CURVE_NOT_SUPPORTED',
  336: 'BUFFER_TOO_SMALL',
  352: 'SAVED_STATE_INVALID',
  368: 'INFORMATION_SENSITIVE',
  384: 'STATE_UNSAVEABLE',
  400: 'CRYPTOKI_NOT_INITIALIZED',
  401: 'CRYPTOKI_ALREADY_INITIALIZED',
  416: 'MUTEX_BAD',
  417: 'MUTEX_NOT_LOCKED',
  432: 'NEW_PIN_MODE',
  433: 'NEXT_OTP',
  437: 'EXCEEDED_MAX_ITERATIONS',
  438: 'FIPS_SELF_TEST_FAILED',
  439: 'LIBRARY_LOAD_FAILED',
  440: 'PIN_TOO_WEAK',
  441: 'PUBLIC_KEY_INVALID',
  512: 'FUNCTION_REJECTED',
  513: 'TOKEN_RESOURCE_EXCEEDED',
  514: 'OPERATION_CANCEL_FAILED',
  515: 'KEY_EXHAUSTED',
};

const VENDOR_DEFINED = 0x80000000;

/** "CKR_PIN_INCORRECT"; "CKR_VENDOR_DEFINED|0xe0" for 0x800000e0; "CKR_0x1c" for a number nobody has named. */
export function returnValueName(value: number): string {
  const known = RETURN_VALUES[value];
  return known === undefined ? unnamed('CKR', value) : `CKR_${known}`;
}

/** Mechanisms that graphene-pk11 has no name for. */
const MORE_MECHANISMS: Readonly<Record<number, string>> = {
  4181: 'EC_EDWARDS_KEY_PAIR_GEN',
  4182: 'EC_MONTGOMERY_KEY_PAIR_GEN',
  4183: 'EDDSA',
  8459: 'AES_KEY_WRAP_KWP',
};

/** "CKM_ECDSA_SHA384", "CKM_0x1234". */
export function mechanismName(mechanism: number): string {
  const known = MORE_MECHANISMS[mechanism] ?? MechanismEnum[mechanism];
  return known === undefined ? unnamed('CKM', mechanism) : `CKM_${known}`;
}

const KEY_TYPES: Readonly<Record<number, string>> = {
  0: 'RSA',
  1: 'DSA',
  2: 'DH',
  3: 'EC',
  16: 'GENERIC_SECRET',
  20: 'DES2',
  21: 'DES3',
  31: 'AES',
  40: 'SHA_1_HMAC',
  43: 'SHA256_HMAC',
  44: 'SHA384_HMAC',
  45: 'SHA512_HMAC',
  64: 'EC_EDWARDS',
  65: 'EC_MONTGOMERY',
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
