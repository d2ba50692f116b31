import type { Sha256 } from '../base/digest.ts';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { escapeForeign } from '../base/text.ts';
import {
  isOfAlgorithm,
  type MemberAlgorithm,
  type MemberPurpose,
  memberKeyFaults,
  memberKeyTemplates,
} from '../quorum/member-keys.ts';
import { serialShown } from '../quorum/serial.ts';
import type { Attributes, ObjectFacts, TokenName, TokenProcess } from '../token/client.ts';

export interface KeysWanted {
  readonly ceremony: Sha256;
  readonly seat: string;
  readonly serial: string;
  /** How its token process is told which token it is. */
  readonly name: TokenName;
  readonly keys: 'generated' | 'adopted';
  readonly algorithm: MemberAlgorithm;
  readonly labels: { readonly sign: string | null; readonly open: string | null };
  /** SHA-256 of the SubjectPublicKeyInfo of the key that signs, where the token is known by it; else null. */
  readonly key: Sha256 | null;
}

export interface MadeKey {
  readonly spki: Buffer;
  readonly label: string;
  /** Of the private key, as the token reports them. */
  readonly attributes: Attributes;
}

/** Bytes of a CKA_ID that nobody else gives a key by chance. */
const ID_BYTES = 8;

/**
 * The two key pairs of a quorum token to which its holder has logged in: made on it, or found there.
 *
 * A pair that is made gets an id that follows from the ceremony. So one that an interrupted run of the step has left
 * is known again and taken up, and nothing that was on the token before is ever mistaken for it.
 * @throws CeremonyError TOKEN_UNEXPECTED, HSM_OBJECT_MISSING, HSM_ATTRIBUTE
 */
export async function memberKeys(
  client: TokenProcess,
  wanted: KeysWanted,
): Promise<{ readonly sign: MadeKey; readonly open: MadeKey }> {
  const objects = await client.inventory(wanted.name);
  const find = async (purpose: MemberPurpose) => {
    if (wanted.keys === 'adopted') return adopted(objects, wanted, purpose);
    return leftBehind(objects, wanted, purpose) ?? (await generated(client, objects, wanted, purpose));
  };
  const sign = held(await find('sign'), wanted, 'sign');
  const open = held(await find('open'), wanted, 'open');
  if (wanted.key !== null && sha256(sign.spki) !== wanted.key)
    throw new CeremonyError(
      'TOKEN_UNEXPECTED',
      `the token ${serialShown(wanted.serial)} of "${wanted.seat}" would sign with "${escapeForeign(sign.label)}"; the site knows it by the key ${wanted.key}`,
      { hint: 'the label "sign" of the site is that of another key on it', details: { reached: 'no' } },
    );
  if (sign.spki.equals(open.spki))
    throw new CeremonyError(
      'TOKEN_UNEXPECTED',
      `the token ${serialShown(wanted.serial)} of "${wanted.seat}" would sign and open envelopes with one key, "${escapeForeign(sign.label)}"; two are wanted`,
    );
  return { sign, open };
}

function idOf({ ceremony, seat, serial }: KeysWanted, purpose: MemberPurpose): string {
  return sha256(`quorate/member-key/1 ${ceremony} ${seat} ${serial} ${purpose}`).slice(0, 2 * ID_BYTES);
}

function leftBehind(objects: readonly ObjectFacts[], wanted: KeysWanted, purpose: MemberPurpose): MadeKey | undefined {
  const id = idOf(wanted, purpose);
  const left = pairs(objects).filter((pair) => pair.id === id);
  if (left.length > 1)
    throw new CeremonyError(
      'TOKEN_UNEXPECTED',
      `the token ${serialShown(wanted.serial)} of "${wanted.seat}" has ${left.length} keys with the id ${id}`,
    );
  return left[0];
}

async function generated(
  client: TokenProcess,
  objects: readonly ObjectFacts[],
  wanted: KeysWanted,
  purpose: MemberPurpose,
): Promise<MadeKey> {
  const { seat, serial, algorithm } = wanted;
  const own = new Set((['sign', 'open'] as const).map((one) => idOf(wanted, one)));
  const others = objects.filter((object) => object.class === 'private-key' && !own.has(object.id ?? ''));
  const [other] = others;
  if (other) {
    throw new CeremonyError(
      'TOKEN_UNEXPECTED',
      `the token ${serialShown(serial)} of "${seat}" holds ${others.length} private keys already, the first is "${escapeForeign(other.label ?? '')}"; keys are made on a token without any`,
      {
        hint: 'take another token, or have its keys enrolled as they are: "keys: adopted"',
        details: { reached: 'no' },
      },
    );
  }
  const templates = memberKeyTemplates(purpose, algorithm, idOf(wanted, purpose));
  const pair = await client
    .generateKeyPair(wanted.name, algorithm, templates.public, templates.private)
    .catch((error: unknown) => {
      throw withoutGeneration(error, wanted);
    });
  return { spki: Buffer.from(pair.spki, 'base64'), label: purpose, attributes: pair.private };
}

/** What cards answer that make keys for their issuer alone: by its management key (PIV), or by vendor tools. */
const MAKES_NONE = ['CKR_FUNCTION_NOT_SUPPORTED', 'CKR_MECHANISM_INVALID', 'CKR_USER_TYPE_INVALID'];

function withoutGeneration(error: unknown, { seat, serial }: KeysWanted): unknown {
  if (!(error instanceof CeremonyError) || !MAKES_NONE.includes(String(error.details?.['name']))) return error;
  return new CeremonyError(
    'TOKEN_UNEXPECTED',
    `the token ${serialShown(serial)} of "${seat}" makes no keys for its holder: ${error.message}`,
    {
      hint: 'have keys put on it with its vendor\'s tool, and enrolled as they are: "keys: adopted", in the script, or in the site for this token',
      details: { ...error.details, reached: 'no' },
      cause: error,
    },
  );
}

/** The one key of that purpose, or the one that the site names by its label. */
function adopted(objects: readonly ObjectFacts[], wanted: KeysWanted, purpose: MemberPurpose): MadeKey {
  const label = wanted.labels[purpose];
  const other = wanted.labels[purpose === 'sign' ? 'open' : 'sign'];
  const candidates = pairs(objects).filter((pair) => {
    if (label !== null) return pair.label === label;
    if (purpose === 'sign' && wanted.key !== null) return sha256(pair.spki) === wanted.key;
    return isFor(pair, purpose) && pair.label !== other;
  });
  const [found] = candidates;
  if (found && candidates.length === 1) return found;
  const what = `${purpose === 'sign' ? 'signs' : 'opens envelopes'}${label === null ? '' : ` and is labelled "${label}"`}`;
  throw new CeremonyError(
    candidates.length === 0 ? 'HSM_OBJECT_MISSING' : 'TOKEN_UNEXPECTED',
    `the token ${serialShown(wanted.serial)} of "${wanted.seat}" holds ${candidates.length} key pairs of which one ${what}; exactly one is wanted`,
    {
      hint: `on it: ${
        pairs(objects)
          .map((pair) => `"${escapeForeign(pair.label)}"`)
          .join(', ') || 'no key pair'
      }; the site names the right ones with "sign" and "open"`,
      details: { reached: 'no' },
    },
  );
}

function isFor({ attributes }: MadeKey, purpose: MemberPurpose): boolean {
  return purpose === 'sign'
    ? attributes['SIGN'] === true
    : attributes['DERIVE'] === true || attributes['DECRYPT'] === true;
}

/** Private keys whose public key the token shows beside them, under the same id: as a key, or in a certificate. */
function pairs(objects: readonly ObjectFacts[]): (MadeKey & { readonly id: string | null })[] {
  return objects.flatMap((object) => {
    if (object.class !== 'private-key') return [];
    const shown = (name: string) =>
      objects.find((one) => one.class === name && one.id === object.id && one.spki !== null);
    const half = shown('public-key') ?? shown('certificate');
    if (!half || half.spki === null) return [];
    const { label, id, attributes } = object;
    return [{ spki: Buffer.from(half.spki, 'base64'), label: label ?? '', id, attributes }];
  });
}

/** @throws CeremonyError HSM_ATTRIBUTE */
function held(key: MadeKey, { seat, serial, keys, algorithm }: KeysWanted, purpose: MemberPurpose): MadeKey {
  const isOther = keys === 'generated' && !isOfAlgorithm(key.spki, algorithm);
  const faults = [
    ...memberKeyFaults(purpose, keys, algorithm, key.attributes),
    ...(isOther ? [`it is not of algorithm ${algorithm}`] : []),
  ];
  if (faults.length === 0) return key;
  throw new CeremonyError(
    'HSM_ATTRIBUTE',
    `the key of "${seat}" that ${purpose === 'sign' ? 'signs' : 'opens envelopes'}, on the token ${serialShown(serial)}: ${faults.join(', ')}`,
  );
}
