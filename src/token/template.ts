import type { JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import { Shape } from '../quorum/shape.ts';
import { ATTRIBUTES, type AttributeName } from './attributes.ts';

/** An attribute as pkcs11js takes it. Of any other type of value it would crash the process, or worse. */
export interface TemplateItem {
  readonly type: number;
  readonly value: boolean | number | string | Buffer;
}

export interface ReadTemplate {
  readonly items: readonly TemplateItem[];
  readonly label: string;
  readonly id: Buffer;
}

/** What may be asked of a new key. The rest follows from its algorithm, or is the token's to say. */
const SETTABLE: Readonly<Record<'public' | 'private', readonly AttributeName[]>> = {
  public: [
    ...(['TOKEN', 'PRIVATE', 'MODIFIABLE', 'COPYABLE', 'DESTROYABLE', 'DERIVE'] as const),
    ...(['VERIFY', 'VERIFY_RECOVER', 'ENCRYPT', 'WRAP'] as const),
  ],
  private: [
    ...(['TOKEN', 'PRIVATE', 'MODIFIABLE', 'COPYABLE', 'DESTROYABLE', 'DERIVE'] as const),
    ...(['SENSITIVE', 'EXTRACTABLE', 'WRAP_WITH_TRUSTED', 'ALWAYS_AUTHENTICATE'] as const),
    ...(['SIGN', 'SIGN_RECOVER', 'DECRYPT', 'UNWRAP'] as const),
  ],
};

const LABEL = /^[^\0]{1,255}$/u;
const ID = /^([0-9a-f]{2}){1,64}$/;

/**
 * A template by CKA name: LABEL and ID (hex), both required, and flags of the closed list above.
 * @throws CeremonyError PKCS11_ARGUMENT
 */
export function readTemplate(value: JsonObject[string] | undefined, half: 'public' | 'private'): ReadTemplate {
  const shape = new Shape(value, 'PKCS11_ARGUMENT', `the ${half} template`);
  const label = shape.text('LABEL', LABEL);
  if (!label.isWellFormed())
    throw new CeremonyError('PKCS11_ARGUMENT', `the ${half} template "LABEL" is not well-formed`);
  const id = Buffer.from(shape.text('ID', ID), 'hex');
  const items: TemplateItem[] = [
    { type: ATTRIBUTES.LABEL.type, value: label },
    { type: ATTRIBUTES.ID.type, value: id },
  ];
  for (const name of SETTABLE[half]) {
    if (shape.has(name)) items.push({ type: ATTRIBUTES[name].type, value: shape.flag(name) });
  }
  shape.end();
  return { items, label, id };
}
