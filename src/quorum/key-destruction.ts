import type { Sha256 } from '../base/digest.ts';
import { REASON } from './key-states.ts';
import type { Shape } from './shape.ts';

/** A key is destroyed on one HSM: its private and its public object, and nothing else. */
export interface DestroyKey {
  readonly op: 'destroy-key';
  /** SHA-256 of the key's SubjectPublicKeyInfo. */
  readonly key: Sha256;
  /** By which it signs, once before and as the use that is refused afterwards. */
  readonly mechanism: string;
  /** CKA_LABEL and CKA_ID (hex) of both objects. */
  readonly label: string;
  readonly id: string;
  /** Whether no other HSM is known to hold the key: afterwards nothing signs with it but a copy that is restored. */
  readonly last: boolean;
  /** Why: one line. */
  readonly reason: string;
  /**
   * SHA-256 of the descriptor of a destruction of this very key here that was begun and whose end nobody knows: of its two
   * objects one, or none, may be left. Else null.
   */
  readonly adopts: Sha256 | null;
}

/** Of a key that another tool may have labelled. */
const ANY_LABEL = /^[^\p{C}]{1,255}$/u;
const ID = /^([0-9a-f]{2}){1,64}$/;

/** @param mechanisms that a key of ours may sign by. @throws CeremonyError DESCRIPTOR_INVALID */
export function readDestroyKey(shape: Shape, mechanisms: readonly string[]): DestroyKey {
  return {
    op: 'destroy-key',
    key: shape.digest('key'),
    mechanism: shape.literal('mechanism', ...mechanisms),
    label: shape.text('label', ANY_LABEL),
    id: shape.text('id', ID),
    last: shape.flag('last'),
    reason: shape.text('reason', REASON),
    adopts: shape.any('adopts') === null ? null : shape.digest('adopts'),
  };
}

/**
 * The bytes that a key signs right before it is destroyed, so that the private object is shown to be the one of this public key:
 * no certificate, CRL or other proof can be read out of them.
 */
export function destructionStatement(ceremony: Sha256, spkiSha256: Sha256, serial: string): Uint8Array {
  return new TextEncoder().encode(`quorate/destruction/1\n${ceremony}\n${spkiSha256}\n${serial}\n`);
}

/** The objects that a key has on an HSM, in the order in which they are destroyed: the private one first. */
export const HALVES = ['private-key', 'public-key'] as const;
export type Half = (typeof HALVES)[number];

/** Lines of the approval screen. */
export function destructionLines(
  { key, label, id, last, reason, adopts }: DestroyKey,
  shown: (text: string) => string,
): string[] {
  return [
    `DESTROYS    the key labelled "${shown(label)}" on this HSM, for good`,
    `key         ${key}`,
    `id          ${id}`,
    `why         ${shown(reason)}`,
    ...(last
      ? [
          '            IT IS THE LAST HSM THAT IS KNOWN TO HOLD IT: nothing signs with it',
          '            any more, its CRLs neither',
        ]
      : ['            another HSM is known to hold it, and keeps it']),
    ...(adopts === null
      ? []
      : [
          'FINISHES    a destruction that was begun: NOBODY KNOWS WHICH OBJECTS ARE LEFT',
          '            its description has SHA-256',
          `            ${adopts}`,
        ]),
    'does        lists every object; the key signs quorate/destruction/1, this ceremony,',
    '            its digest and the serial, and nothing else; destroys the private object,',
    '            then the public one; lists every object again; tries to sign once more,',
    '            which must be refused',
  ];
}
