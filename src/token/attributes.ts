import type { SessionObject } from 'graphene-pk11';
import { cryptoki, returnValueBehind } from './cryptoki-errors.ts';
import { keyTypeName, mechanismName } from './cryptoki-names.ts';
import type { Attributes } from './replies.ts';

type Kind = 'flag' | 'number' | 'text' | 'hex' | 'key-type' | 'mechanism';

/** Attributes we know, by CKA name without its prefix: number and what its value is (PKCS #11 v2.40, base, appendix B). */
export const ATTRIBUTES = {
  TOKEN: { type: 0x1, kind: 'flag' },
  PRIVATE: { type: 0x2, kind: 'flag' },
  LABEL: { type: 0x3, kind: 'text' },
  APPLICATION: { type: 0x10, kind: 'text' },
  OBJECT_ID: { type: 0x12, kind: 'hex' },
  CERTIFICATE_TYPE: { type: 0x80, kind: 'number' },
  TRUSTED: { type: 0x86, kind: 'flag' },
  KEY_TYPE: { type: 0x100, kind: 'key-type' },
  ID: { type: 0x102, kind: 'hex' },
  SENSITIVE: { type: 0x103, kind: 'flag' },
  ENCRYPT: { type: 0x104, kind: 'flag' },
  DECRYPT: { type: 0x105, kind: 'flag' },
  WRAP: { type: 0x106, kind: 'flag' },
  UNWRAP: { type: 0x107, kind: 'flag' },
  SIGN: { type: 0x108, kind: 'flag' },
  SIGN_RECOVER: { type: 0x109, kind: 'flag' },
  VERIFY: { type: 0x10a, kind: 'flag' },
  VERIFY_RECOVER: { type: 0x10b, kind: 'flag' },
  DERIVE: { type: 0x10c, kind: 'flag' },
  MODULUS_BITS: { type: 0x121, kind: 'number' },
  VALUE_LEN: { type: 0x161, kind: 'number' },
  EXTRACTABLE: { type: 0x162, kind: 'flag' },
  LOCAL: { type: 0x163, kind: 'flag' },
  NEVER_EXTRACTABLE: { type: 0x164, kind: 'flag' },
  ALWAYS_SENSITIVE: { type: 0x165, kind: 'flag' },
  KEY_GEN_MECHANISM: { type: 0x166, kind: 'mechanism' },
  MODIFIABLE: { type: 0x170, kind: 'flag' },
  COPYABLE: { type: 0x171, kind: 'flag' },
  DESTROYABLE: { type: 0x172, kind: 'flag' },
  EC_PARAMS: { type: 0x180, kind: 'hex' },
  ALWAYS_AUTHENTICATE: { type: 0x202, kind: 'flag' },
  WRAP_WITH_TRUSTED: { type: 0x210, kind: 'flag' },
} as const satisfies Record<string, { readonly type: number; readonly kind: Kind }>;

export type AttributeName = keyof typeof ATTRIBUTES;

/** Attributes whose values are key material or documents: read as bytes, never listed. */
export const CKA = {
  CLASS: 0x0,
  VALUE: 0x11,
  KEY_TYPE: 0x100,
  MODULUS: 0x120,
  MODULUS_BITS: 0x121,
  PUBLIC_EXPONENT: 0x122,
  EC_PARAMS: 0x180,
  EC_POINT: 0x181,
} as const;

/** CKA_KEY_TYPE of the keys that we use. */
export const CKK = { rsa: 0x0, ec: 0x3, edwards: 0x40, aes: 0x1f } as const;

/** CK_UNAVAILABLE_INFORMATION, the largest CK_ULONG. */
const UNAVAILABLE = 0xffff_ffff_ffff_ffffn;

/** The raw values of these attributes; undefined for what the token does not report or will not show. */
export function readValues(object: SessionObject, types: readonly number[], where: string): (Buffer | undefined)[] {
  try {
    return read(object, types, where);
  } catch (error) {
    if (!isUnreported(error)) throw error;
  }
  // One unknown attribute fails the whole call, and which one it was is not told: one by one, then.
  return types.map((type) => {
    try {
      return read(object, [type], where)[0];
    } catch (error) {
      if (isUnreported(error)) return undefined;
      throw error;
    }
  });
}

export function readValue(object: SessionObject, type: number, where: string): Buffer | undefined {
  return readValues(object, [type], where)[0];
}

function read(object: SessionObject, types: readonly number[], where: string): (Buffer | undefined)[] {
  const { lib, handle, session } = object;
  const template = types.map((type) => ({ type }));
  return cryptoki('C_GetAttributeValue', where, () =>
    // pkcs11js leaves `value` undefined where the token says that it is unavailable.
    lib.C_GetAttributeValue(session.handle, handle, template).map(({ value }) => value as Buffer | undefined),
  );
}

function isUnreported(error: unknown): boolean {
  const name = returnValueBehind(error);
  return name === 'CKR_ATTRIBUTE_TYPE_INVALID' || name === 'CKR_ATTRIBUTE_SENSITIVE';
}

/** The named attributes as the record shows them, and the names of those the token does not report. */
export function readAttributes(
  object: SessionObject,
  names: readonly AttributeName[],
  where: string,
): { readonly attributes: Attributes; readonly unreported: string[] } {
  const values = readValues(
    object,
    names.map((name) => ATTRIBUTES[name].type),
    where,
  );
  const attributes: Record<string, boolean | number | string> = {};
  const unreported: string[] = [];
  for (const [index, name] of names.entries()) {
    const value = values[index];
    const shown = value === undefined ? undefined : show(ATTRIBUTES[name].kind, value);
    if (shown === undefined) unreported.push(name);
    else attributes[name] = shown;
  }
  return { attributes, unreported: unreported.sort() };
}

/** Undefined when the value is not of its kind: a token that answers nonsense has not reported. */
function show(kind: Kind, value: Buffer): boolean | number | string | undefined {
  if (kind === 'text') return value.toString('utf8');
  if (kind === 'hex') return value.toString('hex');
  if (kind === 'flag') return value.length === 1 ? value[0] !== 0 : undefined;
  const number = numberOf(value);
  if (number === undefined || kind === 'number') return number;
  return kind === 'mechanism' ? mechanismName(number) : keyTypeName(number);
}

/** A CK_ULONG; undefined when it is none, or says that the information is unavailable. */
export function numberOf(value: Buffer | undefined): number | undefined {
  if (value?.length !== 8) return undefined;
  const number = value.readBigUInt64LE();
  return number === UNAVAILABLE ? undefined : Number(number);
}
