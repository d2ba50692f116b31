import { ObjectClass, type Session, SessionObject } from 'graphene-pk11';
import { CeremonyError } from '../base/errors.ts';
import { ATTRIBUTES, CKA, CKK, numberOf, readValue } from './attributes.ts';
import { cryptoki } from './cryptoki-errors.ts';
import { className, mechanismName } from './cryptoki-names.ts';
import { publicKeyOf, soundPublicKeyOf } from './object-keys.ts';
import { describeObject, findObjects } from './objects.ts';
import { type Curve, curveParameters, ED25519_PARAMETERS, type PublicKey } from './public-key.ts';
import type { FoundKey, GeneratedKeyPair, KeyAlgorithm } from './replies.ts';
import type { ReadTemplate, TemplateItem } from './template.ts';

const CKM_RSA_PKCS_KEY_PAIR_GEN = 0x0;
const CKM_EC_KEY_PAIR_GEN = 0x1040;
const CKM_EC_EDWARDS_KEY_PAIR_GEN = 0x1055;

/** F4: TLS BR §6.1.6 wants an odd exponent of at least 3 and recommends 2^16+1 and more. */
const RSA_EXPONENT = 65537;

type Recipe =
  | { readonly kind: 'ec'; readonly curve: Curve }
  | { readonly kind: 'edwards' }
  | { readonly kind: 'rsa'; readonly modulusBits: number };

const GENERATION: Readonly<Record<Recipe['kind'], number>> = {
  ec: CKM_EC_KEY_PAIR_GEN,
  edwards: CKM_EC_EDWARDS_KEY_PAIR_GEN,
  rsa: CKM_RSA_PKCS_KEY_PAIR_GEN,
};

const RECIPES: Readonly<Record<KeyAlgorithm, Recipe>> = {
  'ecdsa-p256': { kind: 'ec', curve: 'P-256' },
  'ecdsa-p384': { kind: 'ec', curve: 'P-384' },
  'ecdsa-p521': { kind: 'ec', curve: 'P-521' },
  ed25519: { kind: 'edwards' },
  'rsa-2048': { kind: 'rsa', modulusBits: 2048 },
  'rsa-3072': { kind: 'rsa', modulusBits: 3072 },
  'rsa-4096': { kind: 'rsa', modulusBits: 4096 },
};
export const KEY_ALGORITHMS = Object.keys(RECIPES) as readonly KeyAlgorithm[];

export interface KeyPairRequest {
  readonly algorithm: KeyAlgorithm;
  readonly publicHalf: ReadTemplate;
  readonly privateHalf: ReadTemplate;
}

/**
 * Generates a key pair and reads it back; the comparison with what was asked is the caller's.
 * @param announce awaited when all checks have passed, right before the call
 * @throws CeremonyError HSM_OBJECT_EXISTS when any object has that label or id (tokens take duplicates); HSM_KEY_INVALID
 * when what was generated is not a key of that algorithm
 */
export async function generateKeyPair(
  session: Session,
  { algorithm, publicHalf, privateHalf }: KeyPairRequest,
  where: string,
  announce: () => Promise<void>,
): Promise<GeneratedKeyPair> {
  if (publicHalf.label !== privateHalf.label || !publicHalf.id.equals(privateHalf.id)) {
    throw new CeremonyError(
      'PKCS11_ARGUMENT',
      'the two templates differ in LABEL or ID, by which the halves are found',
    );
  }
  refuseExisting(session, publicHalf, where);
  const recipe = RECIPES[algorithm];
  const mechanism = GENERATION[recipe.kind];
  const { lib } = session;
  await announce();
  const handles = cryptoki('C_GenerateKeyPair', where, () =>
    lib.C_GenerateKeyPair(
      session.handle,
      { mechanism },
      [...structure(ObjectClass.PUBLIC_KEY, recipe), ...parameters(recipe), ...publicHalf.items],
      [...structure(ObjectClass.PRIVATE_KEY, recipe), ...privateHalf.items],
    ),
  );
  const publicObject = new SessionObject(handles.publicKey, session, lib);
  const key = publicKeyOf(publicObject, ObjectClass.PUBLIC_KEY, where);
  if (!key || !fits(key, recipe)) {
    const { label, id } = publicHalf;
    const made = key && { spki: key.spki.toString('base64'), spkiSha256: key.spkiSha256 };
    throw new CeremonyError(
      'HSM_KEY_INVALID',
      `token "${where}" generated a key that is not of algorithm "${algorithm}"`,
      {
        hint: 'the key exists on the token and must not be used; record it as an orphan',
        details: { done: true, orphan: true, ...made, label, id: id.toString('hex') },
      },
    );
  }
  const publicFacts = describeObject(publicObject, where);
  const privateFacts = describeObject(new SessionObject(handles.privateKey, session, lib), where);
  return {
    spki: key.spki.toString('base64'),
    spkiSha256: key.spkiSha256,
    public: publicFacts.attributes,
    private: privateFacts.attributes,
    unreported: { public: publicFacts.unreported, private: privateFacts.unreported },
    mechanism: mechanismName(mechanism),
  };
}

/**
 * The private key of a public key, by the ID that both (or a certificate) carry.
 * @throws CeremonyError HSM_OBJECT_MISSING unless exactly one private key is meant
 */
export function findPrivateKey(
  session: Session,
  key: PublicKey,
  where: string,
): { readonly privateObject: SessionObject; readonly publicObject: SessionObject | undefined; readonly id: Buffer } {
  const missing = (found: string) =>
    new CeremonyError(
      'HSM_OBJECT_MISSING',
      `${found} on token "${where}" for the public key ${key.spkiSha256}, exactly 1 was expected`,
    );
  const carriers = carriersOf(session, key, where);
  const ids = new Map(carriers.map(({ id }) => [id.toString('hex'), id]));
  const [id] = ids.values();
  if (id === undefined || ids.size > 1) throw missing(`${ids.size} key ids`);
  const found = findObjects(session, { class: ObjectClass.PRIVATE_KEY, id }, where).filter(
    (object) => numberOf(readValue(object, CKA.KEY_TYPE, where)) === CKK[key.kind],
  );
  const [privateObject] = found;
  if (privateObject === undefined || found.length > 1) throw missing(`${found.length} private keys`);
  const publicObject = carriers.find((carrier) => carrier.objectClass === ObjectClass.PUBLIC_KEY)?.object;
  return { privateObject, publicObject, id };
}

export function describeKey(session: Session, key: PublicKey, where: string): FoundKey {
  const { privateObject, publicObject, id } = findPrivateKey(session, key, where);
  const facts = describeObject(privateObject, where);
  return {
    label: facts.label,
    id: id.toString('hex'),
    private: facts,
    public: publicObject ? describeObject(publicObject, where) : null,
  };
}

interface Carrier {
  readonly object: SessionObject;
  readonly objectClass: ObjectClass;
  readonly id: Buffer;
}

/** The objects that show this public key and have an ID: public keys; where there are none, private keys; then certificates. */
function carriersOf(session: Session, key: PublicKey, where: string): Carrier[] {
  for (const objectClass of [ObjectClass.PUBLIC_KEY, ObjectClass.PRIVATE_KEY, ObjectClass.CERTIFICATE]) {
    const carriers: Carrier[] = [];
    for (const object of findObjects(session, { class: objectClass }, where)) {
      if (!soundPublicKeyOf(object, objectClass, where)?.spki.equals(key.spki)) continue;
      const id = readValue(object, ATTRIBUTES.ID.type, where);
      if (id !== undefined && id.length > 0) carriers.push({ object, objectClass, id });
    }
    if (carriers.length > 0) return carriers;
  }
  return [];
}

/** @throws CeremonyError HSM_OBJECT_EXISTS when any object has that label or id: tokens take duplicates */
export function refuseExisting(
  session: Session,
  { label, id }: Pick<ReadTemplate, 'label' | 'id'>,
  where: string,
): void {
  const inTheWay: readonly (readonly [what: string, objects: readonly SessionObject[]])[] = [
    [`labelled "${label}"`, findObjects(session, { label }, where)],
    [`with id "${id.toString('hex')}"`, findObjects(session, { id }, where)],
  ];
  for (const [what, [object]] of inTheWay) {
    if (object === undefined) continue;
    const objectClass = numberOf(readValue(object, CKA.CLASS, where));
    const kind = objectClass === undefined ? 'object' : className(objectClass);
    throw new CeremonyError('HSM_OBJECT_EXISTS', `a ${kind} ${what} is on token "${where}" already`);
  }
}

function structure(objectClass: ObjectClass, recipe: Recipe): TemplateItem[] {
  return [
    { type: CKA.CLASS, value: objectClass },
    { type: CKA.KEY_TYPE, value: CKK[recipe.kind] },
  ];
}

function parameters(recipe: Recipe): TemplateItem[] {
  if (recipe.kind === 'ec') return [{ type: CKA.EC_PARAMS, value: curveParameters(recipe.curve) }];
  if (recipe.kind === 'edwards') return [{ type: CKA.EC_PARAMS, value: ED25519_PARAMETERS }];
  const exponent = Buffer.alloc(3);
  exponent.writeUIntBE(RSA_EXPONENT, 0, 3);
  return [
    { type: CKA.MODULUS_BITS, value: recipe.modulusBits },
    { type: CKA.PUBLIC_EXPONENT, value: exponent },
  ];
}

function fits(key: PublicKey, recipe: Recipe): boolean {
  if (recipe.kind === 'ec') return key.kind === 'ec' && key.curve === recipe.curve;
  if (recipe.kind === 'edwards') return key.kind === 'edwards';
  return key.kind === 'rsa' && key.modulusBits === recipe.modulusBits && key.publicExponent === RSA_EXPONENT;
}
