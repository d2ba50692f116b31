import { createHash } from 'node:crypto';
import { secretBytes } from '../base/secret-bytes.ts';
import type { OpenedShare } from '../quorum/share-envelope.ts';

export const VERSION = 1;
export const SET_BYTES = 16;
const RANDOM_BYTES = 16;
const VALUE_BYTES = 32;
/** Version, set id, x, threshold and count: nothing of it is secret. */
export const HEADER_BYTES = 1 + SET_BYTES + 3;
const PAYLOAD_BYTES = HEADER_BYTES + RANDOM_BYTES + VALUE_BYTES;
const SUM_BYTES = 2;
/** What the rows carry: the payload and a check over all of it. */
export const CARRIED_BYTES = PAYLOAD_BYTES + SUM_BYTES;

/** What a paper share says of itself, before any of its secret. */
export interface PaperHeader {
  /** 16 bytes, hex. */
  readonly set: string;
  readonly x: number;
  readonly threshold: number;
  readonly count: number;
}

/** What stands in a paper share. Seat and label are on the page beside it. `share` and `r` are secrets. */
export type PaperShare = PaperHeader & Pick<OpenedShare, 'share' | 'r'>;

/**
 * Version ‖ set id ‖ x ‖ threshold ‖ count ‖ r ‖ y ‖ the first two bytes of SHA-256(`quorate/paper-share/1` ‖ all before).
 * @returns 70 bytes, a secret: the caller zeroes them
 */
export function carriedBytes({ set, x, threshold, count, r, share }: PaperShare): Buffer {
  if (
    !/^[0-9a-f]{32}$/.test(set) ||
    r.length !== RANDOM_BYTES ||
    share.length !== VALUE_BYTES + 1 ||
    share.at(-1) !== x
  )
    throw new RangeError('not a share of a secret of 32 bytes');
  const carried = secretBytes(CARRIED_BYTES);
  carried[0] = VERSION;
  carried.write(set, 1, 'hex');
  carried.set([x, threshold, count], 1 + SET_BYTES);
  carried.set(r, HEADER_BYTES);
  carried.set(share.subarray(0, -1), HEADER_BYTES + RANDOM_BYTES);
  carried.set(sumOf(carried), PAYLOAD_BYTES);
  return carried;
}

/** @param carried at least the first 20 bytes */
export function headerOf(carried: Uint8Array): PaperHeader {
  const [x, threshold, count] = carried.subarray(1 + SET_BYTES, HEADER_BYTES) as unknown as [number, number, number];
  return { set: Buffer.from(carried.subarray(1, 1 + SET_BYTES)).toString('hex'), x, threshold, count };
}

/**
 * Takes the share out of what the rows carried. Whether it is the true one is for the record to judge.
 * @returns undefined when the check over all of it does not fit; otherwise the caller zeroes `share` and `r`
 */
export function shareIn(carried: Uint8Array): PaperShare | undefined {
  if (!sumOf(carried).equals(carried.subarray(PAYLOAD_BYTES))) return undefined;
  const header = headerOf(carried);
  const r = secretBytes(RANDOM_BYTES);
  r.set(carried.subarray(HEADER_BYTES, HEADER_BYTES + RANDOM_BYTES));
  const share = secretBytes(VALUE_BYTES + 1);
  share.set(carried.subarray(HEADER_BYTES + RANDOM_BYTES, PAYLOAD_BYTES));
  share[VALUE_BYTES] = header.x;
  return { ...header, share, r };
}

function sumOf(carried: Uint8Array): Buffer {
  const hash = createHash('sha256').update('quorate/paper-share/1').update(carried.subarray(0, PAYLOAD_BYTES));
  return hash.digest().subarray(0, SUM_BYTES);
}
