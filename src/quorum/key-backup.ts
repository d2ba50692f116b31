import { hkdfSync } from 'node:crypto';
import type { Json } from '../base/canonical-json.ts';
import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { secretBytes } from '../base/secret-bytes.ts';
import type { OperationClass } from './classes.ts';
import { readRestoredTemplate, type Template } from './key-template.ts';
import { type NamedSet, readNamedSet } from './named-set.ts';
import type { SIGNATURE_MECHANISMS } from './operation.ts';
import type { Shape } from './shape.ts';
import { readShareSet, type ShareSet } from './share-set.ts';

/*
 * The backup of a CA key: its private half leaves the HSM wrapped, and the key that it is wrapped with (the KEK) exists as
 * shares alone.
 */

/**
 * The one algorithm, as every record names it: AES key wrap with padding (RFC 5649) under a KEK of 256 bits, over the
 * DER of the PrivateKeyInfo (PKCS #8) that the HSM makes. Some HSMs, SoftHSM among them, fill that up with zeros to a
 * multiple of 8 bytes before: the zeros are counted in the length inside, and stand behind the DER.
 */
export const WRAP_ALGORITHM = 'aes-256-kwp';

const CODE = 'DESCRIPTOR_INVALID';
export const KEK_BYTES = 32;
/** Of a wrapped key: RFC 5649 wraps no less than 16 bytes, and no key of ours is half as long as the other. Bytes. */
const SIZES = [16, 8192] as const;
const KEY_LABEL = /^[a-z0-9][a-z0-9 ._-]{0,31}$/i;

/** Lets the private half of a key leave its HSM, wrapped under a KEK whose secret is that of `set`. */
export interface WrapKey {
  readonly op: 'wrap-key';
  /** SHA-256 of the SubjectPublicKeyInfo of the key. */
  readonly key: Sha256;
  /** By which what was wrapped signs that it is the key. */
  readonly mechanism: (typeof SIGNATURE_MECHANISMS)[number];
  readonly algorithm: typeof WRAP_ALGORITHM;
  readonly set: ShareSet;
  /** Each share of the set is printed too, unencrypted, for its custodian; absent where none may be. */
  readonly paper?: true;
  /** Name of the file, which lies on media alone. */
  readonly out: string;
}

/** Makes the key of a wrapped private key on an HSM, not to be extracted there. */
export interface UnwrapKey {
  readonly op: 'unwrap-key';
  readonly key: Sha256;
  /** By which it signs that it is there. */
  readonly mechanism: (typeof SIGNATURE_MECHANISMS)[number];
  readonly algorithm: typeof WRAP_ALGORITHM;
  readonly set: NamedSet;
  /** The wrapped key, as it comes from a medium. */
  readonly blob: { readonly sha256: Sha256; readonly size: number };
  readonly label: string;
  readonly id: string;
  readonly publicTemplate: Template;
  readonly privateTemplate: Template;
  /** SHA-256 of the public key whose halves an interrupted restoration left: they are destroyed first. Else null. */
  readonly adopts: Sha256 | null;
}

/** @param mechanism reads the member of that name; what it may be is the operation's to say */
export function readWrapKey(shape: Shape, mechanism: () => WrapKey['mechanism']): WrapKey {
  const operation: WrapKey = {
    op: 'wrap-key',
    key: shape.digest('key'),
    mechanism: mechanism(),
    algorithm: shape.literal('algorithm', WRAP_ALGORITHM),
    set: readKekSet(shape.any('set')),
    ...readPaper(shape),
    out: shape.text('out', /^[0-9a-f]{32}-[a-z][a-z0-9-]{0,63}\.kwp$/),
  };
  if (!operation.out.startsWith(`${operation.set.id}-`))
    throw new CeremonyError(CODE, `the operation descriptor: the file "${operation.out}" does not begin with its set`);
  return operation;
}

export function readUnwrapKey(shape: Shape, mechanism: () => UnwrapKey['mechanism']): UnwrapKey {
  const label = shape.text('label', KEY_LABEL);
  const id = shape.text('id', /^([0-9a-f]{2}){1,32}$/);
  const named = shape.object('blob');
  const blob = { sha256: named.digest('sha256'), size: named.integer('size', ...SIZES) };
  named.end();
  return {
    op: 'unwrap-key',
    key: shape.digest('key'),
    mechanism: mechanism(),
    algorithm: shape.literal('algorithm', WRAP_ALGORITHM),
    set: readNamedSet(shape.object('set')),
    blob,
    label,
    id,
    publicTemplate: readRestoredTemplate(shape.object('publicTemplate'), 'public', label, id),
    privateTemplate: readRestoredTemplate(shape.object('privateTemplate'), 'private', label, id),
    adopts: shape.any('adopts') === null ? null : shape.digest('adopts'),
  };
}

function readPaper(shape: Shape): Pick<WrapKey, 'paper'> {
  if (!shape.has('paper')) return {};
  if (shape.flag('paper')) return { paper: true };
  throw new CeremonyError(CODE, 'the operation descriptor: "paper" stands where it is true alone');
}

function readKekSet(value: Json): ShareSet {
  const where = 'the operation descriptor: set';
  const set = readShareSet(value, where);
  if (set.kind !== 'kek')
    throw new CeremonyError(CODE, `${where}: kind "${set.kind}"; a key is wrapped under a set of kind "kek"`);
  return set;
}

/**
 * The KEK of a set: HKDF-SHA-256 of its secret, without salt, info `quorate/kek/1` ‖ set id; so the secret itself is never
 * a key of AES, and no two sets give one.
 * @returns 32 bytes; the caller zeroes them
 */
export function kekFrom(secret: Uint8Array, set: string): Buffer {
  const info = Buffer.concat([Buffer.from('quorate/kek/1'), Buffer.from(set, 'hex')]);
  const derived = Buffer.from(hkdfSync('sha256', secret, new Uint8Array(0), info, KEK_BYTES));
  const kek = secretBytes(KEK_BYTES);
  kek.set(derived);
  derived.fill(0);
  return kek;
}

const KEK_LABEL = 'quorate-kek-';

/** What a KEK is called on the HSM for as long as it is there. */
export function kekName(set: string): { readonly label: string; readonly id: string } {
  return { label: `${KEK_LABEL}${set.slice(0, 16)}`, id: set };
}

/** Whether an object of that class and label is a KEK of ours: one that is still there was left by a crash. */
export function isKek(object: { readonly class: string; readonly label: string | null }): boolean {
  return object.class === 'secret-key' && (object.label ?? '').startsWith(KEK_LABEL);
}

/** Name of the file with a wrapped key: of no use without the envelopes, whose names begin alike. */
export function wrappedKeyName(set: string, key: string): string {
  return `${set}-${key}.kwp`;
}

/**
 * The bytes that what was wrapped signs, unwrapped for it alone: no certificate or CRL can be read out of them. They name the
 * very file, so that nobody can lay down another one and have it taken for the backup.
 */
export function wrapStatement(
  ceremony: Sha256,
  spkiSha256: Sha256,
  set: string,
  blob: { readonly sha256: Sha256; readonly size: number },
): Uint8Array {
  return new TextEncoder().encode(`quorate/wrap/1\n${ceremony}\n${spkiSha256}\n${set}\n${blob.sha256}\n${blob.size}\n`);
}

/**
 * How many custodians recombine a KEK: as many as approve that a key is backed up, and as many as approve that one is
 * restored; never fewer than two.
 */
export function kekThreshold(needOf: (name: OperationClass) => number | undefined): number {
  return Math.max(2, needOf('backup') ?? 0, needOf('restore') ?? 0);
}
