import { canonicalBytes, type JsonObject, parseCanonicalObject } from '../base/canonical-json.ts';
import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { checkText } from '../base/text.ts';
import { Shape } from './shape.ts';

/** What M officers sign: one statement for all of them, so that it can be counted without reading it M times. */
export interface ApprovalStatement {
  readonly type: 'quorate/approval/1';
  readonly ceremony: Sha256;
  readonly decision: 'approve';
  /** SHA-256 of the operation descriptor. */
  readonly digest: Sha256;
  /** UTC, whole seconds. */
  readonly expires: string;
  readonly operation: string;
  /** SHA-256 of the chain line of the `proposed` event: with it the officers sign the whole record up to there. */
  readonly proposal: Sha256;
  readonly step: string;
}

export function approvalBytes(statement: Omit<ApprovalStatement, 'type' | 'decision'>): Uint8Array {
  return canonicalBytes({ ...statement, type: 'quorate/approval/1', decision: 'approve' });
}

/** @throws CeremonyError APPROVAL_DIGEST, JSON_NOT_CANONICAL */
export function readApproval(bytes: Uint8Array): ApprovalStatement {
  const shape = new Shape(parseCanonicalObject(bytes, 'the approval'), 'APPROVAL_DIGEST', 'the approval');
  const statement: ApprovalStatement = {
    type: shape.literal('type', 'quorate/approval/1'),
    ceremony: shape.digest('ceremony'),
    decision: shape.literal('decision', 'approve'),
    digest: shape.digest('digest'),
    expires: shape.utc('expires'),
    operation: shape.text('operation'),
    proposal: shape.digest('proposal'),
    step: shape.text('step'),
  };
  shape.end();
  return statement;
}

/** Signed by every token holder at the roll-call: present, and agreed to this authorization. */
export function presenceBytes(presence: { ceremony: Sha256; authorization: Sha256; seat: string }): Uint8Array {
  return canonicalBytes({ ...presence, type: 'quorate/presence/1' });
}

/** @throws CeremonyError APPROVAL_DIGEST for anything but a presence with exactly these members, JSON_NOT_CANONICAL */
export function readPresence(bytes: Uint8Array): { ceremony: Sha256; authorization: Sha256; seat: string } {
  const shape = new Shape(parseCanonicalObject(bytes, 'the presence'), 'APPROVAL_DIGEST', 'the presence');
  shape.literal('type', 'quorate/presence/1');
  const presence = {
    ceremony: shape.digest('ceremony'),
    authorization: shape.digest('authorization'),
    seat: shape.text('seat', /^[a-z][a-z0-9-]{0,63}$/),
  };
  shape.end();
  return presence;
}

/** A person's signed word about the ceremony: the text of the script's step, over the record so far (`head`). */
export interface Attestation {
  readonly ceremony: Sha256;
  readonly head: Sha256;
  readonly seat: string;
  readonly step: string;
  readonly text: string;
}

export function attestationBytes(attestation: Attestation): Uint8Array {
  return canonicalBytes({ ...attestation, type: 'quorate/attestation/1' });
}

/** Longest text of an attestation, in UTF-16 code units: a script's `say` is no longer. */
const LONGEST_TEXT = 400;

/** @throws CeremonyError APPROVAL_DIGEST for anything but an attestation with exactly these members, JSON_NOT_CANONICAL */
export function readAttestation(bytes: Uint8Array): Attestation {
  const shape = new Shape(parseCanonicalObject(bytes, 'the attestation'), 'APPROVAL_DIGEST', 'the attestation');
  shape.literal('type', 'quorate/attestation/1');
  const attestation: Attestation = {
    ceremony: shape.digest('ceremony'),
    head: shape.digest('head'),
    seat: shape.text('seat', /^[a-z][a-z0-9-]{0,63}$/),
    step: shape.text('step', /^[a-z][a-z0-9@-]{0,128}$/),
    text: shape.text('text'),
  };
  shape.end();
  if (attestation.text.length > LONGEST_TEXT || checkText(attestation.text).length > 0) {
    throw new CeremonyError(
      'APPROVAL_DIGEST',
      `the attestation's text is longer than ${LONGEST_TEXT} characters, or holds a character that may hide or change what people read`,
    );
  }
  return attestation;
}

/** The members of any of our signed statements; `type` says which it is. @throws CeremonyError JSON_NOT_CANONICAL */
export function readStatement(bytes: Uint8Array): JsonObject {
  return parseCanonicalObject(bytes, 'the statement');
}
