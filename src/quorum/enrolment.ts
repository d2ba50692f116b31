import { canonicalBytes, type Json, type JsonObject, parseCanonicalObject } from '../base/canonical-json.ts';
import { NO_DIGEST, type Sha256 } from '../base/digest.ts';
import { parseCertificate } from '../x509/certificate.ts';
import type { OperationClass } from './classes.ts';
import { tokenFingerprint } from './member-keys.ts';
import { type MemberToken, readMemberToken } from './roster.ts';
import { Shape } from './shape.ts';

/** What a member's token signs when it is enrolled: whose it is, and its certificates, as the roster will have them. */
export interface Enrolment {
  readonly ceremony: Sha256;
  readonly authorization: Sha256;
  readonly seat: string;
  readonly role: string;
  readonly token: MemberToken;
  /** The member `token` as it stands in the statement, and in the roster made from it. */
  readonly entry: JsonObject;
}

const CODE = 'APPROVAL_DIGEST';
const NAME = /^[a-z][a-z0-9-]{0,63}$/;

export function enrolmentBytes(enrolment: {
  readonly ceremony: Sha256;
  readonly authorization: Sha256;
  readonly seat: string;
  readonly role: string;
  readonly token: Omit<MemberToken, 'signingSpki' | 'encryptionSpki' | 'signing' | 'encryption'> & {
    readonly signing: Uint8Array;
    readonly encryption: Uint8Array;
  };
}): Uint8Array {
  const { ceremony, authorization, seat, role, token } = enrolment;
  const { serial, model, origin } = token;
  const signing = Buffer.from(token.signing).toString('base64');
  const encryption = Buffer.from(token.encryption).toString('base64');
  return canonicalBytes({
    type: 'quorate/enrolment/1',
    ceremony,
    authorization,
    seat,
    role,
    token: { serial, model, origin, signing, encryption },
  });
}

/** @throws CeremonyError APPROVAL_DIGEST, JSON_NOT_CANONICAL; ROSTER_INVALID for certificates that a roster cannot have */
export function readEnrolment(bytes: Uint8Array): Enrolment {
  const shape = new Shape(parseCanonicalObject(bytes, 'the enrolment'), CODE, 'the enrolment');
  shape.literal('type', 'quorate/enrolment/1');
  const enrolment = {
    ceremony: shape.digest('ceremony'),
    authorization: shape.digest('authorization'),
    seat: shape.text('seat', NAME),
    role: shape.text('role', NAME),
    entry: shape.any('token') as JsonObject,
  };
  shape.end();
  return { ...enrolment, token: readMemberToken(enrolment.entry, `the enrolment of "${enrolment.seat}"`) };
}

/** What its holder compares on another computer. */
export function fingerprintOf(token: Pick<MemberToken, 'signing' | 'encryption'>): Sha256 {
  return tokenFingerprint(parseCertificate(token.signing).spki.der, parseCertificate(token.encryption).spki.der);
}

/** A seat of the first roster: with the tokens that were enrolled for it, or on paper. */
export interface FoundingMember {
  readonly seat: string;
  readonly role: string;
  /** Entries of enrolments, in the order of enrolment; none for a member on paper. */
  readonly tokens: readonly JsonObject[];
}

/** The bytes of the first roster (type quorate/roster/1), the same each time from the same. `readRoster` judges them. */
export function foundingRosterBytes(
  members: readonly FoundingMember[],
  classes: ReadonlyMap<OperationClass, { readonly role: string; readonly need: number }>,
): Uint8Array {
  return canonicalBytes({
    type: 'quorate/roster/1',
    version: 1,
    previous: NO_DIGEST,
    classes: Object.fromEntries([...classes].map(([name, { role, need }]) => [name, { role, need }])),
    members: members.map(
      ({ seat, role, tokens }): Json =>
        tokens.length === 0
          ? { seat, role, evidence: 'paper' }
          : { seat, role, evidence: 'token', tokens: tokens.map((token) => ({ ...token })) },
    ),
  });
}
