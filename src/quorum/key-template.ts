import { CeremonyError } from '../base/errors.ts';
import type { Shape } from './shape.ts';

/** Attributes of one half of a key pair, by CKA name without its prefix. */
export type Template = Readonly<Record<string, boolean | string>>;

export type KeyHalf = 'public' | 'private';

/**
 * All that is asked of a CA's key pair besides label and id, and the only template there is: for signing alone, and
 * never outside the token in any form, unless it is one that may be backed up. A token that is not told may choose otherwise (PKCS #11 v3.0 §4.9: EXTRACTABLE
 * and the uses have defaults of the token's own), so each flag is stated. WRAP is an attribute of public keys.
 */
export const KEY_FLAGS: Readonly<Record<KeyHalf, Readonly<Record<string, boolean>>>> = {
  public: { TOKEN: true, MODIFIABLE: false, PRIVATE: false, VERIFY: true, ENCRYPT: false, WRAP: false },
  private: {
    TOKEN: true,
    MODIFIABLE: false,
    PRIVATE: true,
    SENSITIVE: true,
    EXTRACTABLE: false,
    COPYABLE: false,
    SIGN: true,
    SIGN_RECOVER: false,
    DECRYPT: false,
    UNWRAP: false,
    DERIVE: false,
  },
};

/** What is asked of a key that may leave its HSM wrapped, besides what is asked of every other, and in its place. */
const WRAPPABLE: Readonly<Record<KeyHalf, Readonly<Record<string, boolean>>>> = {
  public: {},
  private: { EXTRACTABLE: true, WRAP_WITH_TRUSTED: true },
};

/** What is not told of a key that is unwrapped: SoftHSM refuses each template with it (CKR_ATTRIBUTE_READ_ONLY). */
const UNTOLD_RESTORED: Readonly<Record<KeyHalf, readonly string[]>> = { public: [], private: ['MODIFIABLE'] };

/** All flags of one half. @param wrappable whether the key may leave its HSM wrapped under a key that its security officer trusts */
export function keyFlags(half: KeyHalf, wrappable = false): Readonly<Record<string, boolean>> {
  return wrappable ? { ...KEY_FLAGS[half], ...WRAPPABLE[half] } : KEY_FLAGS[half];
}

/**
 * @param id CKA_ID in hexadecimal
 * @param untold flags that this HSM refuses to be told
 * @param wrappable as keyFlags
 */
export function keyTemplate(
  half: KeyHalf,
  label: string,
  id: string,
  untold: readonly string[] = [],
  wrappable = false,
): Template {
  const flags = Object.entries(keyFlags(half, wrappable)).filter(([name]) => !untold.includes(name));
  return { ...Object.fromEntries(flags), LABEL: label, ID: id };
}

/** Of a key that is unwrapped: never to leave its HSM again. */
export function restoredTemplate(half: KeyHalf, label: string, id: string): Template {
  return keyTemplate(half, label, id, UNTOLD_RESTORED[half]);
}

/** As readKeyTemplate, of a key that is unwrapped. @throws CeremonyError with the code of the shape */
export function readRestoredTemplate(shape: Shape, half: KeyHalf, label: string, id: string): Template {
  return readKeyTemplate(shape, half, label, id, UNTOLD_RESTORED[half]);
}

/** What the token sets by itself of a new key (PKCS #11 v2.40 base §4.9). @param wrappable as keyFlags */
export function setByToken(half: KeyHalf, wrappable = false): Template {
  return half === 'public' ? { LOCAL: true } : { LOCAL: true, ALWAYS_SENSITIVE: true, NEVER_EXTRACTABLE: !wrappable };
}

/**
 * Reads one half's template: label and id are those that people read, every flag is stated, and there is no other.
 * @param shape of the template; its name stands in what is thrown
 * @param untold flags that this HSM refuses to be told: they must not be there
 * @param wrappable as keyFlags
 * @throws CeremonyError with the code of the shape
 */
export function readKeyTemplate(
  shape: Shape,
  half: KeyHalf,
  label: string,
  id: string,
  untold: readonly string[] = [],
  wrappable = false,
): Template {
  shape.literal('LABEL', label);
  shape.literal('ID', id);
  for (const [name, wanted] of Object.entries(keyFlags(half, wrappable))) {
    if (untold.includes(name)) continue;
    const stated = shape.flag(name);
    if (stated !== wanted) {
      throw new CeremonyError(
        'DESCRIPTOR_INVALID',
        `the operation descriptor: a template has ${name} ${stated}; a CA key needs it ${wanted}`,
      );
    }
  }
  shape.end();
  return keyTemplate(half, label, id, untold, wrappable);
}

/**
 * What makes a key one that only its HSM can use, and only for signing: a token that does not report one of these may have
 * made any key, and nobody can accept that.
 */
const ESSENTIAL: ReadonlySet<string> = new Set(['TOKEN', 'PRIVATE', 'SENSITIVE', 'EXTRACTABLE', 'SIGN', 'LABEL', 'ID']);

/** Whether people may accept that a token does not report this attribute of a key. */
export function mayGoUnreported(name: string): boolean {
  return !ESSENTIAL.has(name);
}

/** What such a peculiarity is called where people accept it: `private-local`. */
export function quirkName(half: KeyHalf, name: string): string {
  return `${half}-${name.toLowerCase().replaceAll('_', '-')}`;
}

/** What the record says of an attribute that the token does not show: this sentence, and no other like it. */
export function unreportedQuirk(half: KeyHalf, name: string, asked: boolean | string): string {
  return `the token does not report ${name} of the ${half} key (asked: ${asked})`;
}
