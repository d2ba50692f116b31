import { parseCanonicalObject } from '../base/canonical-json.ts';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { secretBytes } from '../base/secret-bytes.ts';
import { Shape } from './shape.ts';
import { type ShareRecord, type ShareSet, shareCommitment } from './share-set.ts';

/** What lies inside an envelope. `share` and `r` are secrets: the holder of this value zeroes them. */
export interface OpenedShare {
  readonly set: string;
  readonly seat: string;
  readonly label: string;
  readonly x: number;
  readonly threshold: number;
  readonly count: number;
  /** y bytes ‖ x: the layout of Vault's Shamir shares. */
  readonly share: Buffer;
  readonly r: Buffer;
}

/** Name of an envelope file: set id, seat and format version stand outside the encryption. */
export function envelopeName(set: string, seat: string): string {
  return `${set}-${seat}-v1.p7m`;
}

const ENVELOPE = /^([0-9a-f]{32})-[a-z][a-z0-9-]{0,63}-v1\.p7m$/;

/** Id of the set that a file of that name is an envelope of; undefined for any other file. */
export function setOfEnvelope(file: string): string | undefined {
  return ENVELOPE.exec(file)?.[1];
}

/**
 * The plaintext of an envelope: canonical JSON (type quorate/share/1), so that thirty years from now it can be read
 * with openssl and a text editor. Built from bytes; the secret never stands in a string.
 */
export function sharePlaintext(opened: OpenedShare): Buffer {
  const before = `{"count":${opened.count},"label":${JSON.stringify(opened.label)},"r":"`;
  const between = `","seat":"${opened.seat}","set":"${opened.set}","share":"`;
  const after = `","threshold":${opened.threshold},"type":"quorate/share/1","x":${opened.x}}`;
  const parts = [
    Buffer.from(before),
    hexBytes(opened.r),
    Buffer.from(between),
    hexBytes(opened.share),
    Buffer.from(after),
  ];
  const plaintext = Buffer.concat(parts);
  for (const part of parts) part.fill(0);
  return plaintext;
}

/**
 * Reads an opened envelope and holds it to the record of its set. A share that fails never reaches the HSM, which
 * counts tries. The plaintext is zeroed.
 * @throws CeremonyError SHARE_OPEN_FAILED (not a share at all), SHARE_FOREIGN_SET, SHARE_POINT, SHARE_COMMITMENT
 */
export function openShare(plaintext: Buffer, set: ShareSet, record: ShareRecord): OpenedShare {
  return holdShareToRecord(parsePlaintext(plaintext), set, record);
}

/**
 * Holds a share to the record of its set, wherever it was read. One that fails is zeroed.
 * @throws CeremonyError SHARE_FOREIGN_SET, SHARE_POINT, SHARE_COMMITMENT
 */
export function holdShareToRecord(opened: OpenedShare, set: ShareSet, record: ShareRecord): OpenedShare {
  const x = opened.share.at(-1) ?? 0;
  try {
    if (opened.set !== set.id) {
      throw new CeremonyError(
        'SHARE_FOREIGN_SET',
        `the share of "${record.seat}" belongs to set ${opened.set}, expected ${set.id}`,
      );
    }
    if (opened.x === 0 || x === 0 || x !== opened.x || opened.x !== record.x) {
      throw new CeremonyError(
        'SHARE_POINT',
        `the share of "${record.seat}" has x = ${x}, stated as ${opened.x}; the record says ${record.x}`,
      );
    }
    const commitment = shareCommitment(set.id, x, opened.r, opened.share.subarray(0, -1));
    if (
      commitment !== record.commitment ||
      opened.seat !== record.seat ||
      opened.threshold !== set.threshold ||
      opened.count !== set.shares.length
    ) {
      throw new CeremonyError(
        'SHARE_COMMITMENT',
        `the share of "${record.seat}" does not match its recorded commitment`,
      );
    }
    return opened;
  } catch (error) {
    opened.share.fill(0);
    opened.r.fill(0);
    throw error;
  }
}

/** @throws CeremonyError SHARE_ENVELOPE_ALTERED unless the file is the one the record names */
export function holdEnvelopeToRecord(envelope: Uint8Array, record: ShareRecord): void {
  const digest = sha256(envelope);
  if (digest !== record.envelope) {
    throw new CeremonyError(
      'SHARE_ENVELOPE_ALTERED',
      `the envelope of "${record.seat}" has SHA-256 ${digest}; the record says ${record.envelope}`,
      {
        hint: 'use the copy on the other medium',
      },
    );
  }
}

function parsePlaintext(plaintext: Buffer): OpenedShare {
  let r: Buffer | undefined;
  let share: Buffer | undefined;
  try {
    r = cutHex(plaintext, '"r":"');
    share = cutHex(plaintext, '"share":"');
    const shape = new Shape(parseCanonicalObject(plaintext, 'the share'), 'SHARE_OPEN_FAILED', 'the share');
    shape.literal('type', 'quorate/share/1');
    shape.text('r');
    shape.text('share');
    const opened = {
      set: shape.text('set', /^[0-9a-f]{32}$/),
      seat: shape.text('seat', /^[a-z][a-z0-9-]{0,63}$/),
      label: shape.text('label'),
      x: shape.integer('x', 0, 255),
      threshold: shape.integer('threshold', 0, 255),
      count: shape.integer('count', 0, 255),
      share,
      r,
    };
    shape.end();
    return opened;
  } catch {
    r?.fill(0);
    share?.fill(0);
    throw new CeremonyError('SHARE_OPEN_FAILED', 'the envelope could not be opened with this token');
  } finally {
    plaintext.fill(0);
  }
}

/** Takes the hex digits after `marker` out of the document as bytes, and leaves zeros of the same length there. */
function cutHex(plaintext: Buffer, marker: string): Buffer {
  const start = plaintext.indexOf(marker);
  const from = start + marker.length;
  const to = plaintext.indexOf('"', from);
  if (start < 0 || to < 0 || (to - from) % 2 !== 0) throw new RangeError('no hex digits');
  const bytes = secretBytes((to - from) / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (digitValue(plaintext[from + 2 * i] as number) << 4) | digitValue(plaintext[from + 2 * i + 1] as number);
  }
  plaintext.fill(0x30, from, to);
  return bytes;
}

function digitValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code >= 0x61 && code <= 0x66) return code - 0x61 + 10;
  throw new RangeError('not a hex digit');
}

function hexBytes(bytes: Uint8Array): Buffer {
  const digits = secretBytes(bytes.length * 2);
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    digits[2 * i] = '0123456789abcdef'.charCodeAt(byte >> 4);
    digits[2 * i + 1] = '0123456789abcdef'.charCodeAt(byte & 15);
  }
  return digits;
}
