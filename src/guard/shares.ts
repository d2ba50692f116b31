import { randomBytes } from 'node:crypto';
import { combine, split } from 'shamir-secret-sharing';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { secretBytes } from '../base/secret-bytes.ts';
import { sealEnvelope } from '../cms/enveloped-data.ts';
import type { Member } from '../quorum/roster.ts';
import { envelopeName, type OpenedShare, sharePlaintext } from '../quorum/share-envelope.ts';
import {
  isSecretOf,
  type SetKind,
  type ShareRecord,
  type ShareSet,
  secretCheck,
  shareCommitment,
} from '../quorum/share-set.ts';

/** HKDF, Shamir and the check value all take exactly this many bytes. */
export const SECRET_BYTES = 32;
/**
 * Zeroes behind a secret that is split or recombined, and cut off again: Shamir's scheme takes each byte by itself. The
 * library returns new arrays, which V8 would keep in its heap if they were short (`secretBytes` says why not).
 */
const PADDING_BYTES = 64;
/** Above this the comparison of every subset would take minutes; no roster comes near it. */
const MOST_SUBSETS = 100_000;
const RESTS_AFTER_MS = 100;

export interface SealedSet {
  readonly set: ShareSet;
  /** File name → envelope. */
  readonly envelopes: ReadonlyMap<string, Uint8Array>;
}

/**
 * Makes one activation secret, splits it and seals each share to its custodian's tokens. The secret is zeroed before
 * this returns: from here on it exists only in the envelopes. The same secret is never split twice.
 */
export async function makeSealedSet(
  kind: SetKind,
  label: string,
  threshold: number,
  holders: readonly Member[],
): Promise<SealedSet> {
  const drawn = randomBytes(SECRET_BYTES);
  try {
    return await sealSecret(drawn, kind, label, threshold, holders);
  } finally {
    drawn.fill(0);
  }
}

/**
 * Splits a secret and seals each share to its custodian's tokens.
 * @param drawn 32 bytes of a random source, for this set alone; the caller zeroes them
 */
export async function sealSecret(
  drawn: Uint8Array,
  kind: SetKind,
  label: string,
  threshold: number,
  holders: readonly Member[],
): Promise<SealedSet> {
  if (drawn.length !== SECRET_BYTES) throw new RangeError(`a secret of ${drawn.length} bytes`);
  const id = randomBytes(16).toString('hex');
  // The library accepts no Buffer (it compares constructors), hence the plain Uint8Array.
  const secret = new Uint8Array(SECRET_BYTES + PADDING_BYTES);
  secret.set(drawn);
  const pieces = await split(secret, holders.length, threshold);
  const check = secretCheck(id, drawn);
  secret.fill(0);
  const shares: ShareRecord[] = [];
  const envelopes = new Map<string, Uint8Array>();
  try {
    for (const [index, holder] of holders.entries()) {
      const piece = pieces[index] as Uint8Array;
      const x = piece.at(-1) as number;
      if (x === 0)
        throw new CeremonyError('SHARE_POINT', 'the sharing library made a share at x = 0, which is the secret itself');
      const r = randomBytes(16);
      const opened: OpenedShare = {
        set: id,
        seat: holder.seat,
        label,
        x,
        threshold,
        count: holders.length,
        share: withoutPadding(piece),
        r,
      };
      const plaintext = sharePlaintext(opened);
      const envelope = sealEnvelope(
        plaintext,
        holder.tokens.map((token) => token.encryption),
        { bytes: randomBytes },
      );
      shares.push({
        seat: holder.seat,
        x,
        commitment: shareCommitment(id, x, r, opened.share.subarray(0, -1)),
        envelope: sha256(envelope),
        recipients: holder.tokens.map((token) => token.encryptionSpki),
      });
      envelopes.set(envelopeName(id, holder.seat), envelope);
      plaintext.fill(0);
      opened.share.fill(0);
      r.fill(0);
    }
  } finally {
    for (const piece of pieces) piece.fill(0);
  }
  return { set: { id, kind, threshold, check, shares }, envelopes };
}

/** y bytes ‖ x, out of y bytes ‖ shares of zeroes ‖ x. */
function withoutPadding(piece: Uint8Array): Buffer {
  const share = secretBytes(SECRET_BYTES + 1);
  share.set(piece.subarray(0, SECRET_BYTES));
  share.set(piece.subarray(-1), SECRET_BYTES);
  return share;
}

/** A share of zero at any x is one of many for a zero; what recombines from them is not looked at. */
function withPadding(share: Uint8Array): Uint8Array {
  const piece = new Uint8Array(share.length + PADDING_BYTES);
  piece.set(share.subarray(0, -1));
  piece.set(share.subarray(-1), piece.length - 1);
  return piece;
}

/**
 * Recombines a secret and holds it to the set's check value, so that a wrong one never reaches the HSM, which counts tries.
 * @returns 32 bytes; the caller zeroes them
 * @throws CeremonyError QUORUM_NOT_MET, SHARE_DUPLICATE, SHARE_CHECK_VALUE
 */
export async function recombine(set: ShareSet, opened: readonly OpenedShare[]): Promise<Uint8Array> {
  if (opened.length < set.threshold) {
    throw new CeremonyError(
      'QUORUM_NOT_MET',
      `${opened.length} shares of set ${set.id} are open; ${set.threshold} are needed`,
    );
  }
  for (const [index, { seat, x }] of opened.entries()) {
    const before = opened.slice(0, index).find((one) => one.x === x);
    if (before)
      throw new CeremonyError(
        'SHARE_DUPLICATE',
        `the share at x = ${x} of set ${set.id} stands there twice, of "${before.seat}" and of "${seat}"`,
      );
  }
  const pieces = opened.map(({ share }) => withPadding(share));
  const secret = secretBytes(SECRET_BYTES);
  try {
    const padded = await combine(pieces);
    secret.set(padded.subarray(0, SECRET_BYTES));
    padded.fill(0);
  } finally {
    for (const piece of pieces) piece.fill(0);
  }
  if (opened.some(({ share }) => share.length !== SECRET_BYTES + 1) || !isSecretOf(set, secret)) {
    secret.fill(0);
    throw new CeremonyError(
      'SHARE_CHECK_VALUE',
      `the shares of set ${set.id} recombine to something else than its secret`,
    );
  }
  return secret;
}

/**
 * Recombines every threshold-subset of a fully opened set.
 * @returns how many subsets were compared
 * @throws CeremonyError SHARE_CHECK_VALUE, DESCRIPTOR_INVALID when there are too many to compare
 */
export async function compareEverySubset(set: ShareSet, opened: readonly OpenedShare[]): Promise<number> {
  let compared = 0;
  let rested = performance.now();
  for (const subset of subsets(opened, set.threshold)) {
    if (++compared > MOST_SUBSETS) {
      throw new CeremonyError(
        'DESCRIPTOR_INVALID',
        `set ${set.id} has more than ${MOST_SUBSETS} subsets of ${set.threshold}`,
      );
    }
    (await recombine(set, subset)).fill(0);
    // All of it is microtasks: without a rest nobody would be told that it goes on.
    if (performance.now() - rested > RESTS_AFTER_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      rested = performance.now();
    }
  }
  return compared;
}

function* subsets<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let first = 0; first <= items.length - size; first++) {
    for (const rest of subsets(items.slice(first + 1), size - 1)) yield [items[first] as T, ...rest];
  }
}

export function forgetShare(share: OpenedShare): void {
  share.share.fill(0);
  share.r.fill(0);
}
