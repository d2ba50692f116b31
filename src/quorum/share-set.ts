import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Json } from '../base/canonical-json.ts';
import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { secretBytes } from '../base/secret-bytes.ts';
import { Shape } from './shape.ts';

/** The public record of one share: enough to know the true one, nothing of its value. */
export interface ShareRecord {
  readonly seat: string;
  /** The share's point, 1..255. x = 0 would be the secret itself. */
  readonly x: number;
  /** SHA-256(`quorate/share/1` ‖ set ‖ x ‖ r ‖ share), hiding by the 16 random bytes r. */
  readonly commitment: Sha256;
  /** SHA-256 of the envelope file. */
  readonly envelope: Sha256;
  /** SHA-256 of the SubjectPublicKeyInfo of each token that can open it: exactly the custodian's. */
  readonly recipients: readonly Sha256[];
}

/** What a set's secret gives: the PIN of a token's user or security officer, or the key that a CA key is wrapped with. */
export type SetKind = PinKind | 'kek';
/** Of a set whose secret gives a PIN. */
export type PinKind = 'user' | 'so';

/** The public record of a share set, as it stands in the approved descriptor, the transcript and the ledger. */
export interface ShareSet {
  /** 16 random bytes, hex. */
  readonly id: string;
  readonly kind: SetKind;
  readonly threshold: number;
  /** HMAC-SHA256 of `quorate/check/1` ‖ set under the secret: keyed, so that it does not help to guess. */
  readonly check: Sha256;
  readonly shares: readonly ShareRecord[];
}

/** Every possible quorum of a set is tried before a token depends on it; more than these would take minutes. */
export const MOST_QUORUMS = 100_000;

/**
 * How many custodians open their share of a set before it replaces another: one more than open the token, so that no
 * share stands for itself alone, where there are that many.
 */
export function openersFor(threshold: number, custodians: number): number {
  return Math.min(threshold + 1, custodians);
}

/** Whether a share is sealed to one of these tokens: whoever has another token since cannot open it. */
export function isSealedTo(
  { recipients }: Pick<ShareRecord, 'recipients'>,
  tokens: readonly { readonly encryptionSpki: Sha256 }[],
): boolean {
  return tokens.some(({ encryptionSpki }) => recipients.includes(encryptionSpki));
}

/** Custodians of a set who open their share with the tokens to which that of the next set is sealed. */
export function lastingHolders(before: Pick<ShareSet, 'shares'>, next: Pick<ShareSet, 'shares'>): readonly string[] {
  return before.shares.flatMap(({ seat, recipients }) => {
    const share = next.shares.find((one) => one.seat === seat);
    return share?.recipients.some((key) => recipients.includes(key)) ? [seat] : [];
  });
}

/**
 * Custodians of a set that replaces another, who hold no share of that one: they open theirs before it does, whoever else.
 * @param holders of the set that is replaced
 */
export function newCustodians({ shares }: Pick<ShareSet, 'shares'>, holders: readonly string[]): readonly string[] {
  return shares.flatMap(({ seat }) => (holders.includes(seat) ? [] : [seat]));
}

/** How many quorums there are: people over threshold. */
export function quorumsOf(people: number, threshold: number): number {
  let quorums = 1;
  // Of the largest rosters a number does not hold it exactly; those are refused.
  for (let i = 1; i <= threshold; i++) quorums = (quorums * (people - threshold + i)) / i;
  return Math.round(quorums);
}

const CODE = 'DESCRIPTOR_INVALID';
export const SEAT = /^[a-z][a-z0-9-]{0,63}$/;
/** 16 bytes, hex. */
export const SET_ID = /^[0-9a-f]{32}$/;

/** One whose secret gives a PIN. @throws CeremonyError DESCRIPTOR_INVALID */
export function readPinSet(value: Json, where: string): ShareSet {
  const set = readShareSet(value, where);
  pinKindOf(set, where);
  return set;
}

/** Whose PIN the secret of a set gives. @throws CeremonyError DESCRIPTOR_INVALID */
export function pinKindOf({ kind }: Pick<ShareSet, 'kind'>, where = 'the share set'): PinKind {
  if (kind === 'kek') throw new CeremonyError(CODE, `${where}: a set of kind "kek" gives no PIN`);
  return kind;
}

/** @throws CeremonyError DESCRIPTOR_INVALID */
export function readShareSet(value: Json, where: string): ShareSet {
  const shape = new Shape(value, CODE, where);
  const shares = shape.list('shares', (item, at) => readRecord(new Shape(item, CODE, at), at));
  const set: ShareSet = {
    id: shape.text('id', SET_ID),
    kind: shape.literal('kind', 'user', 'so', 'kek'),
    threshold: shape.integer('threshold', 2, 255),
    check: shape.digest('check'),
    shares,
  };
  shape.end();
  for (const key of ['seat', 'x', 'envelope', 'commitment'] as const) {
    if (new Set(shares.map((share) => share[key])).size !== shares.length)
      throw new CeremonyError(CODE, `${where}: two shares have the same ${key}`);
  }
  if (set.threshold > shares.length)
    throw new CeremonyError(CODE, `${where}: threshold ${set.threshold} of ${shares.length} shares`);
  return set;
}

function readRecord(shape: Shape, where: string): ShareRecord {
  const record = {
    seat: shape.text('seat', SEAT),
    x: shape.integer('x', 1, 255),
    commitment: shape.digest('commitment'),
    envelope: shape.digest('envelope'),
    recipients: shape.list('recipients', (item, where) =>
      new Shape({ recipient: item }, CODE, where).digest('recipient'),
    ),
  };
  if (record.recipients.length === 0)
    throw new CeremonyError(CODE, `${where} names no token that can open the share of "${record.seat}"`);
  shape.end();
  return record;
}

/** @param share the y bytes alone, without x */
export function shareCommitment(set: string, x: number, r: Uint8Array, share: Uint8Array): Sha256 {
  return createHash('sha256')
    .update('quorate/share/1')
    .update(Buffer.from(set, 'hex'))
    .update(Uint8Array.of(x))
    .update(r)
    .update(share)
    .digest('hex');
}

export function secretCheck(set: string, secret: Uint8Array): Sha256 {
  return createHmac('sha256', secret).update('quorate/check/1').update(Buffer.from(set, 'hex')).digest('hex');
}

export function isSecretOf(set: ShareSet, secret: Uint8Array): boolean {
  return timingSafeEqual(Buffer.from(secretCheck(set.id, secret), 'hex'), Buffer.from(set.check, 'hex'));
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** 64 characters of base32 carry 320 bits, more than the 256 of the secret: a longer PIN would add nothing. */
export const LONGEST_PIN = 64;
/** 16 characters of base32 are 80 bits. */
export const SHORTEST_PIN = 16;

/**
 * The token's PIN: a prefix of base32(HKDF-SHA256(secret, info = `quorate/pin/1` ‖ set ‖ kind)), as bytes, never a string.
 * @param longest ulMaxPinLen of the token
 * @throws CeremonyError PIN_LENGTH when the token allows fewer than 80 bits
 */
export function pinFrom(secret: Uint8Array, set: ShareSet, longest: number): Buffer {
  const length = Math.min(longest, LONGEST_PIN);
  if (length < SHORTEST_PIN) {
    throw new CeremonyError(
      'PIN_LENGTH',
      `the token takes PINs of at most ${longest} characters; ${SHORTEST_PIN} are needed for 80 bits`,
    );
  }
  const info = Buffer.concat([Buffer.from('quorate/pin/1'), Buffer.from(set.id, 'hex'), Buffer.from(set.kind)]);
  const stream = Buffer.from(hkdfSync('sha256', secret, new Uint8Array(0), info, 40));
  const pin = secretBytes(length);
  for (let i = 0; i < length; i++) {
    const bit = i * 5;
    const pair = ((stream[bit >> 3] as number) << 8) | (stream[(bit >> 3) + 1] ?? 0);
    pin[i] = BASE32.charCodeAt((pair >> (11 - (bit & 7))) & 31);
  }
  stream.fill(0);
  return pin;
}
