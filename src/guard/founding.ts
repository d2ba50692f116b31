import type { Sha256 } from '../base/digest.ts';
import { NO_DIGEST } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { escapeForeign } from '../base/text.ts';
import type { Authorization } from '../quorum/authorization.ts';
import type { Enrolment } from '../quorum/enrolment.ts';
import { isFounding, type MemberToken, memberOf, type Roster } from '../quorum/roster.ts';
import { isSameToken } from '../quorum/roster-change.ts';
import { serialShown } from '../quorum/serial.ts';

/**
 * What this guard has itself seen of a first enrolment. Nothing is signed before that could tell it who is who, so it
 * holds the roster to what it enrolled, whatever the core says; of what another guard did before an interruption it
 * knows nothing.
 */
export class Founding {
  readonly #authorization: Authorization;
  /** By what tells the token from others: its serial, or the SHA-256 of its signing key. */
  readonly #enrolled = new Map<string, Enrolment>();
  readonly #signed = new Set<string>();
  /** The one that was signed first, in front of this guard. */
  #roster: Sha256 | undefined;

  constructor(authorization: Authorization) {
    this.#authorization = authorization;
  }

  /** @throws CeremonyError ROSTER_INVALID, TOKEN_UNEXPECTED */
  holdToken(seat: string, identity: string): void {
    if (this.#roster !== undefined)
      throw new CeremonyError(
        'ROSTER_INVALID',
        `the roster ${this.#roster} is being signed; nobody is enrolled beside it`,
      );
    const before = this.#enrolled.get(identity);
    if (before !== undefined && before.seat !== seat)
      throw new CeremonyError(
        'TOKEN_UNEXPECTED',
        `the token ${escapeForeign(identity)} was enrolled for "${before.seat}"; it is not "${seat}"'s too`,
      );
  }

  /** Of a token that is enrolled again, the last enrolment counts. */
  enrolled(identity: string, enrolment: Enrolment): void {
    this.#enrolled.set(identity, enrolment);
  }

  /** Of each token the last one. */
  get enrolments(): readonly Enrolment[] {
    return [...this.#enrolled.values()];
  }

  /**
   * A first roster, of tokens that the authorization names, in which everybody stands whom this guard has enrolled, as
   * it enrolled them; and the same for all who sign it.
   * @throws CeremonyError ROSTER_INVALID, AUTHORIZATION_TOKEN
   */
  holdRoster(roster: Roster): void {
    if (roster.version !== 1 || !isFounding({ roster: roster.previous })) {
      throw new CeremonyError(
        'ROSTER_INVALID',
        `the roster has version ${roster.version} and names ${roster.previous} before it; a first one has version 1 and names ${NO_DIGEST}`,
      );
    }
    if (this.#roster !== undefined && this.#roster !== roster.digest)
      throw new CeremonyError(
        'ROSTER_INVALID',
        `the roster ${this.#roster} is being signed; this is another one: ${roster.digest}`,
      );
    for (const { seat, tokens } of roster.members) for (const token of tokens) this.#requireAuthorized(seat, token);
    for (const { seat, role, token } of this.#enrolled.values()) {
      const member = memberOf(roster, seat);
      const entry = member?.tokens.find(({ signingSpki }) => signingSpki === token.signingSpki);
      if (!entry || member?.role !== role || !isSameToken(entry, token))
        throw new CeremonyError(
          'ROSTER_INVALID',
          `the token ${serialShown(token.serial)} does not stand in the roster as it was enrolled for "${seat}" as ${role}`,
        );
    }
  }

  signed(seat: string, { digest }: Roster): void {
    this.#roster = digest;
    this.#signed.add(seat);
  }

  /** Whose signature over the roster was not made in front of this guard. */
  signedElsewhere({ members }: Roster): readonly string[] {
    return members.filter(({ seat, tokens }) => tokens.length > 0 && !this.#signed.has(seat)).map(({ seat }) => seat);
  }

  #requireAuthorized(seat: string, { serial, model }: MemberToken): void {
    if (this.#authorization.tokens.some((named) => named.serial === serial && named.model === model)) return;
    throw new CeremonyError(
      'AUTHORIZATION_TOKEN',
      `the token ${serialShown(serial)} of "${seat}" is not named in the authorization`,
    );
  }
}
