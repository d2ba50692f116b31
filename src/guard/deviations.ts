import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { countInClass, type SignedApproval } from '../quorum/count.ts';
import { DEVIATION_CLASS, type DeviationStatement, readDeviationStatement } from '../quorum/deviation.ts';
import { type Member, type Roster, ruleFor } from '../quorum/roster.ts';

interface Known {
  readonly statement: DeviationStatement;
  readonly approvedBy: Set<string>;
}

/** Departures from the script that the guard was told of: no HSM is used before their quorum has approved them. */
export class Deviations {
  readonly #roster: () => Roster;
  readonly #known = new Map<Sha256, Known>();

  /** Whether that the ceremony goes on has still to be said to this guard: what another one heard is not enough. */
  #isUnsaid: boolean;
  /** Digests of what another guard heard: that the ceremony went on then says nothing of now. */
  readonly #heardElsewhere = new Set<Sha256>();
  /** Digests of what was said to this one first: it is approved here, and nowhere else. */
  readonly #goingOn = new Set<Sha256>();
  /** Whether anybody has read, before this guard, what it knows, and was asked whether it goes on. */
  #isAsked = false;
  /** Whether enough people have approved it before this guard. */
  #isGoingOn = false;

  /**
   * @param roster the one in force
   * @param resumes whether the ceremony goes on after an interruption: that is a departure that must be known
   */
  constructor(roster: () => Roster, resumes = false) {
    this.#roster = roster;
    this.#isUnsaid = resumes;
  }

  /**
   * @param approvals signed before an interruption, in front of another guard
   * @throws CeremonyError APPROVAL_DIGEST the statement is of another ceremony, or is none; APPROVAL_* when one of the
   *   approvals does not hold; DEVIATION_UNAPPROVED approvals of what was said to this guard first
   */
  add(ceremony: Sha256, bytes: Uint8Array, approvals: readonly SignedApproval[] = []): void {
    const statement = readDeviationStatement(bytes);
    if (statement.ceremony !== ceremony)
      throw new CeremonyError('APPROVAL_DIGEST', 'the deviation is of another ceremony');
    // Before a first roster is made nobody has approved it, and nobody can.
    if (approvals.length === 0) {
      if (statement.effect === 'resume') this.#say(sha256(bytes));
      this.#know(bytes, statement);
      return;
    }
    if (this.#goingOn.has(sha256(bytes)))
      throw new CeremonyError(
        'DEVIATION_UNAPPROVED',
        'that the ceremony goes on is approved before this guard, and it was given approvals from elsewhere',
        { hint: 'begin again with --resume' },
      );
    this.#heardElsewhere.add(sha256(bytes));
    const { seats, faults } = countInClass(this.#roster(), DEVIATION_CLASS, bytes, approvals);
    const [fault] = faults;
    if (fault) throw new CeremonyError(fault.code, fault.message);
    this.#know(bytes, statement);
    for (const seat of seats) this.approved(bytes, seat);
  }

  #say(digest: Sha256): void {
    if (this.#heardElsewhere.has(digest)) return;
    this.#goingOn.add(digest);
    this.#isUnsaid = false;
  }

  #know(bytes: Uint8Array, statement: DeviationStatement): void {
    const digest = sha256(bytes);
    if (!this.#known.has(digest)) this.#known.set(digest, { statement, approvedBy: new Set() });
  }

  /** @throws CeremonyError PROPOSAL_UNKNOWN, APPROVAL_ROLE, APPROVAL_DUPLICATE */
  toApprove(bytes: Uint8Array, member: Member): DeviationStatement {
    const known = this.#require(bytes);
    const rule = ruleFor(this.#roster(), DEVIATION_CLASS);
    if (member.role !== rule.role)
      throw new CeremonyError(
        'APPROVAL_ROLE',
        `"${member.seat}" is ${member.role}; a deviation is approved by ${rule.role}`,
      );
    if (known.approvedBy.has(member.seat))
      throw new CeremonyError(
        'APPROVAL_DUPLICATE',
        `"${member.seat}" approved this deviation before; one person counts once`,
      );
    return known.statement;
  }

  approved(bytes: Uint8Array, seat: string): void {
    const { approvedBy } = this.#require(bytes);
    approvedBy.add(seat);
    const need = this.#roster().classes.get(DEVIATION_CLASS)?.need ?? Number.POSITIVE_INFINITY;
    if (this.#goingOn.has(sha256(bytes)) && approvedBy.size >= need) this.#isGoingOn = true;
  }

  /** Somebody is asked: from here on all who approve that the ceremony goes on read the same. */
  asked(bytes: Uint8Array): void {
    if (this.#goingOn.has(sha256(bytes))) this.#isAsked = true;
  }

  /** Whether people are being asked whether the ceremony goes on, and not enough have said so yet. */
  get isBeingDecided(): boolean {
    return this.#isAsked && !this.#isGoingOn;
  }

  /** Whether the quorum has approved, before this guard, that the ceremony goes on. */
  get isGoingOn(): boolean {
    return this.#isGoingOn;
  }

  /** What that HSM does not report of the key that a step has it make, by name, and the quorum has accepted. */
  acceptedQuirks(hsm: string, step: string): ReadonlySet<string> {
    const need = this.#roster().classes.get(DEVIATION_CLASS)?.need ?? Number.POSITIVE_INFINITY;
    const accepted = [...this.#known.values()].flatMap(({ statement, approvedBy }) => {
      const [of, ...quirks] = statement.names;
      return statement.effect === 'quirk' && of === hsm && statement.step === step && approvedBy.size >= need
        ? quirks
        : [];
    });
    return new Set(accepted);
  }

  /** @throws CeremonyError DEVIATION_UNAPPROVED */
  requireAllApproved(): void {
    const { need } = ruleFor(this.#roster(), DEVIATION_CLASS);
    if (this.#isUnsaid)
      throw new CeremonyError(
        'DEVIATION_UNAPPROVED',
        'the ceremony was interrupted, and that it goes on was not put to the quorum; no HSM is used before',
      );
    for (const { statement, approvedBy } of this.#known.values()) {
      if (approvedBy.size >= need) continue;
      throw new CeremonyError(
        'DEVIATION_UNAPPROVED',
        `the deviation in step "${statement.step}" has ${approvedBy.size} of ${need} approvals; no HSM is used before`,
        { hint: 'have it approved, or abort' },
      );
    }
  }

  #require(bytes: Uint8Array): Known {
    const known = this.#known.get(sha256(bytes));
    if (!known) throw new CeremonyError('PROPOSAL_UNKNOWN', 'the guard was not told of this deviation');
    return known;
  }
}
