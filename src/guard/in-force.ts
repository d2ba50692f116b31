import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { isFounding, type Roster } from '../quorum/roster.ts';
import type { GuardSetup } from './setup.ts';

/**
 * What is in force: the ceremony that the guard is bound to, the roster by which everything is judged, the authorized
 * window, and whether the quorum has said its last word.
 */
export class InForce {
  readonly #setup: Pick<GuardSetup, 'authorization' | 'roster' | 'now'>;
  #ceremony: Sha256 | undefined;
  #roster: Roster;
  #signedOff = false;

  constructor(setup: Pick<GuardSetup, 'authorization' | 'roster' | 'now'>) {
    this.#setup = setup;
    this.#roster = setup.roster;
  }

  /** None, as `isFounding` says, before a first enrolment has made one. */
  get roster(): Roster {
    return this.#roster;
  }

  /** With which the ceremony began. */
  get rosterAtFirst(): Roster {
    return this.#setup.roster;
  }

  /** Whether the ceremony makes the first roster. */
  get isFounding(): boolean {
    return isFounding(this.#setup.authorization);
  }

  begin(ceremony: Sha256): void {
    if (this.#ceremony !== undefined)
      throw new CeremonyError('DESCRIPTOR_INVALID', 'the guard is bound to a ceremony already');
    this.#ceremony = ceremony;
  }

  begun(): Sha256 {
    if (this.#ceremony === undefined)
      throw new CeremonyError('DESCRIPTOR_INVALID', 'the guard has not been bound to a ceremony');
    return this.#ceremony;
  }

  /** From here on this roster judges. Whether it may was asked before: `mayFound`, `mayChange`. */
  enact(roster: Roster): void {
    this.#roster = roster;
  }

  signOff(): void {
    this.#signedOff = true;
  }

  /** @throws CeremonyError CEREMONY_SIGNED_OFF, ROSTER_INVALID where a roster is in force */
  mayFound(): void {
    if (this.#signedOff) throw new CeremonyError('CEREMONY_SIGNED_OFF', 'the ceremony has been signed off');
    if (isFounding({ roster: this.#roster.digest })) return;
    throw new CeremonyError(
      'ROSTER_INVALID',
      `a roster is in force: ${this.#roster.digest}; nobody is enrolled beside it`,
    );
  }

  /** @throws CeremonyError ROSTER_INVALID where there is none to change, or it has been changed in this ceremony */
  mayChange(): void {
    this.mayOperate();
    if (isFounding({ roster: this.#roster.digest }))
      throw new CeremonyError('ROSTER_INVALID', 'there is no roster that could be changed');
    if (this.isFounding || this.#roster.digest !== this.#setup.roster.digest)
      throw new CeremonyError(
        'ROSTER_INVALID',
        `the roster in force, ${this.#roster.digest}, was made in this ceremony; nobody is enrolled beside it`,
      );
  }

  /** @throws CeremonyError DESCRIPTOR_INVALID, CEREMONY_SIGNED_OFF */
  mayOperate(): void {
    this.begun();
    if (this.#signedOff)
      throw new CeremonyError('CEREMONY_SIGNED_OFF', 'the ceremony has been signed off; the HSM is not used any more');
  }

  /** @throws CeremonyError AUTHORIZATION_WINDOW */
  insideWindow(): void {
    const now = this.#setup.now();
    const { notBefore, notAfter } = this.#setup.authorization;
    if (now < notBefore || now > notAfter)
      throw new CeremonyError(
        'AUTHORIZATION_WINDOW',
        `it is ${now}, outside the authorized window ${notBefore} to ${notAfter}`,
      );
  }
}
