import { ObjectClass, type Session, type SessionObject } from 'graphene-pk11';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { type AttributeName, CKA, CKK, numberOf, readAttributes, readValue } from './attributes.ts';
import { cryptoki } from './cryptoki-errors.ts';
import { className, classNumber } from './cryptoki-names.ts';
import { soundPublicKeyOf } from './object-keys.ts';
import type { ObjectFacts } from './replies.ts';

const STORAGE = ['TOKEN', 'PRIVATE', 'MODIFIABLE', 'COPYABLE', 'DESTROYABLE', 'LABEL'] as const;
const KEY = [...STORAGE, 'ID', 'KEY_TYPE', 'LOCAL', 'KEY_GEN_MECHANISM', 'DERIVE'] as const;
const SECRECY = ['SENSITIVE', 'ALWAYS_SENSITIVE', 'EXTRACTABLE', 'NEVER_EXTRACTABLE', 'WRAP_WITH_TRUSTED'] as const;

/** What PKCS #11 defines for each class; a class that is not here has the common attributes alone. */
const LISTED: Readonly<Record<number, readonly AttributeName[]>> = {
  [ObjectClass.DATA]: [...STORAGE, 'APPLICATION', 'OBJECT_ID'],
  [ObjectClass.CERTIFICATE]: [...STORAGE, 'ID', 'CERTIFICATE_TYPE', 'TRUSTED'],
  [ObjectClass.PUBLIC_KEY]: [...KEY, 'VERIFY', 'VERIFY_RECOVER', 'ENCRYPT', 'WRAP', 'TRUSTED'],
  [ObjectClass.PRIVATE_KEY]: [...KEY, ...SECRECY, 'SIGN', 'SIGN_RECOVER', 'DECRYPT', 'UNWRAP', 'ALWAYS_AUTHENTICATE'],
  [ObjectClass.SECRET_KEY]: [
    ...KEY,
    ...SECRECY,
    ...(['SIGN', 'VERIFY', 'ENCRYPT', 'DECRYPT', 'WRAP', 'UNWRAP', 'TRUSTED', 'VALUE_LEN'] as const),
  ],
};

export interface ObjectFilter {
  readonly class?: number;
  readonly label?: string;
  readonly id?: Buffer;
}

/** @param where serial of the token, for errors */
export function findObjects(session: Session, filter: ObjectFilter, where: string): SessionObject[] {
  return cryptoki('C_FindObjects', where, () => [...session.find({ ...filter })]);
}

/** All that the token reports about one object. */
export function describeObject(object: SessionObject, where: string): ObjectFacts {
  const objectClass = numberOf(readValue(object, CKA.CLASS, where)) ?? -1;
  const keyType = isKey(objectClass) ? numberOf(readValue(object, CKA.KEY_TYPE, where)) : undefined;
  const names: AttributeName[] = [...(LISTED[objectClass] ?? STORAGE)];
  if (keyType === CKK.ec) names.push('EC_PARAMS');
  if (keyType === CKK.rsa && objectClass === ObjectClass.PUBLIC_KEY) names.push('MODULUS_BITS');
  const { attributes, unreported } = readAttributes(object, names, where);
  // A key that fails its checks is listed too, without its SPKI: leaving the object out would hide it.
  const hasKey = objectClass === ObjectClass.PUBLIC_KEY || objectClass === ObjectClass.CERTIFICATE;
  const key = hasKey ? soundPublicKeyOf(object, objectClass, where) : undefined;
  return {
    class: className(objectClass),
    label: textOr(attributes.LABEL),
    id: textOr(attributes.ID),
    attributes,
    unreported,
    spki: key ? key.spki.toString('base64') : null,
    spkiSha256: key ? key.spkiSha256 : null,
    valueSha256: valueDigest(object, objectClass, where),
  };
}

/** Every object this session sees, ordered by class, label, id and the rest, whatever order the token has. */
export function listObjects(session: Session, where: string): ObjectFacts[] {
  const listed = findObjects(session, {}, where).map((object) => describeObject(object, where));
  const order = (facts: ObjectFacts) => JSON.stringify([facts.class, facts.label, facts.id, facts]);
  return listed
    .map((facts) => ({ facts, key: order(facts) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ facts }) => facts);
}

/** One object: its class by our name for it, its label, and its id, null for one without. */
export interface ObjectName {
  readonly class: string;
  readonly label: string;
  readonly id: Buffer | null;
}

/**
 * Destroys the one object of that class, label and id.
 * @param announce awaited when the object is found, right before the call
 * @throws CeremonyError HSM_OBJECT_MISSING unless there is exactly one; PKCS11_ARGUMENT for an unknown class
 */
export async function destroyObject(
  session: Session,
  { class: name, label, id }: ObjectName,
  where: string,
  announce: () => Promise<void>,
): Promise<void> {
  const objectClass = classNumber(name);
  if (objectClass === undefined) {
    throw new CeremonyError('PKCS11_ARGUMENT', `class "${name}" is unknown, expected for example "private-key"`);
  }
  const found = findObjects(session, { class: objectClass, label, ...(id === null ? {} : { id }) }, where);
  const [object] = found;
  if (object === undefined || found.length > 1) {
    const wanted = `${name} "${label}"${id === null ? '' : ` with id "${id.toString('hex')}"`}`;
    throw new CeremonyError(
      'HSM_OBJECT_MISSING',
      `${found.length} objects on token "${where}" are ${wanted}, exactly 1 was expected`,
    );
  }
  await announce();
  cryptoki('C_DestroyObject', where, () => object.destroy());
}

function valueDigest(object: SessionObject, objectClass: number, where: string): string | null {
  if (objectClass !== ObjectClass.CERTIFICATE && objectClass !== ObjectClass.DATA) return null;
  const value = readValue(object, CKA.VALUE, where);
  return value === undefined ? null : sha256(value);
}

function isKey(objectClass: number): boolean {
  return (
    objectClass === ObjectClass.PUBLIC_KEY ||
    objectClass === ObjectClass.PRIVATE_KEY ||
    objectClass === ObjectClass.SECRET_KEY
  );
}

function textOr(value: boolean | number | string | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
