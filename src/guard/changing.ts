import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { escapeForeign } from '../base/text.ts';
import type { Authorization } from '../quorum/authorization.ts';
import { countInClass } from '../quorum/count.ts';
import type { Enrolment } from '../quorum/enrolment.ts';
import { verifyAsMember } from '../quorum/member-signature.ts';
import { type Member, memberOf, type Roster, readRoster, ruleFor } from '../quorum/roster.ts';
import { isSameToken, rosterChangeBytes, rosterChangeFaults, rosterDifference } from '../quorum/roster-change.ts';
import { rosterChangeScreen } from '../quorum/roster-change-screen.ts';
import { serialShown } from '../quorum/serial.ts';
import type { CardSearch } from './card-search.ts';
import { type PresentedCard, presentCard } from './cards.ts';
import { type IsLost, rosterWithoutLost, withoutLost } from './losses.ts';
import type { GuardTerminal } from './terminal.ts';

/** What people who decide on a roster decide by; a change of it is the gravest of all. */
const CLASS = 'administer';

/** Whose token is to be enrolled, and which one it is. */
export interface ToEnrol {
  readonly seat: string;
  readonly role: string;
  readonly serial: string;
  readonly model: string;
}

export interface ChangingSetup {
  readonly authorization: Authorization;
  readonly terminal: GuardTerminal;
  readonly search: CardSearch;
  /** What this guard has itself enrolled. */
  readonly enrolments: () => readonly Enrolment[];
  /** Seats of whoever left the roster in earlier ceremonies. */
  readonly former: ReadonlySet<string>;
  /** After an interruption another guard has seen signatures; what these show is what is left of it. */
  readonly resumes: boolean;
  /** Whether the quorum has approved, before this guard, that the ceremony goes on. */
  readonly isGoingOn: () => boolean;
  /** Whether people are being asked that, and have read which roster is in force. */
  readonly isBeingDecided: () => boolean;
  readonly isLost: IsLost;
}

/** What one person's token made in one presentation. */
export interface SignedChange {
  /** Over the roster that is to be, of those who are on it. */
  readonly signature: Uint8Array | null;
  /** Over the change, of those whose quorum decides on the roster in force. */
  readonly approval: Uint8Array | null;
  readonly card: PresentedCard;
}

interface Proposed {
  readonly after: Roster;
  readonly statement: Uint8Array;
  /** Seats that stay with other tokens. */
  readonly renews: readonly string[];
}

type Signatures = ReadonlyMap<string, Uint8Array>;

/**
 * A change of the roster in force. It is held to that roster alone: who stays stands as before, who joins was enrolled here, the
 * numbers stay, the quorum of before approves it, and every token that is on the new one has signed it. Once in a ceremony.
 */
export class Changing {
  readonly #setup: ChangingSetup;
  /** The one that was signed first: the same for all who sign. */
  #being: Sha256 | undefined;
  readonly #signed = new Set<string>();
  readonly #approved = new Set<string>();

  constructor(setup: ChangingSetup) {
    this.#setup = setup;
  }

  /**
   * Who is enrolled beside a roster has a seat that nobody has, or had; or stays on theirs, in their role, with a token that
   * stands with nobody.
   * @returns whether that seat is on the roster in force
   * @throws CeremonyError ROSTER_INVALID
   */
  holdEnrolled(before: Roster, { seat, role, serial, model }: ToEnrol): boolean {
    if (this.#being !== undefined) refuse(`the roster ${this.#being} is being signed; nobody is enrolled beside it`);
    this.#holdFormer(seat);
    const stays = memberOf(before, seat);
    if (!stays) return false;
    if (stays.role !== role || stays.evidence !== 'token')
      refuse(`"${escapeForeign(seat)}" is on the roster in force as ${stays.role}, by ${stays.evidence}, and stays so`);
    const holder = before.members.find(({ tokens }) =>
      tokens.some((token) => token.serial !== '' && token.serial === serial && token.model === model),
    );
    if (holder)
      refuse(
        `the token ${serialShown(serial)} stands on the roster in force, with "${holder.seat}": "${escapeForeign(seat)}" gets another one`,
      );
    return true;
  }

  /** One presentation of one token, after its holder has read all in which the rosters differ and has agreed. */
  async sign(ceremony: Sha256, before: Roster, seat: string, bytes: Uint8Array): Promise<SignedChange> {
    const { terminal, search } = this.#setup;
    const { after, statement, renews } = this.#proposed(ceremony, before, bytes, false);
    const [old, next] = [memberOf(before, seat), memberOf(after, seat)];
    const signs = next !== undefined && next.tokens.length > 0;
    // Who is enrolled anew decides nothing of it: whoever has the old token would.
    const isDecided = old !== undefined && old.tokens.length > 0 && old.role === ruleFor(before, CLASS).role;
    const approves = isDecided && !renews.includes(seat);
    const member = (signs ? next : approves ? old : undefined) as Member | undefined;
    if (!member)
      throw new CeremonyError(
        'APPROVAL_STRANGER',
        `"${escapeForeign(seat)}" has no token that could sign the roster or approve its change`,
      );
    const here = withoutLost(member, this.#setup.isLost);
    return await terminal.session(async () => {
      await terminal.show(rosterChangeScreen(before, after, seat, { approves, signs }));
      const reason = await terminal.readDecision(seat);
      if (reason !== undefined)
        throw new CeremonyError(
          'OFFICER_DECLINED',
          `"${seat}" declined the change of the roster: ${escapeForeign(reason).slice(0, 400)}`,
        );
      const uses = { signatures: Number(signs) + Number(approves), openings: Number(signs) };
      return await presentCard(search, here, uses, async (card) => {
        if (signs) await card.proveDecryption();
        const approval = approves ? await card.sign(statement) : null;
        const signature = signs ? await card.sign(bytes) : null;
        this.#being = after.digest;
        if (signs) this.#signed.add(seat);
        if (approves) this.#approved.add(seat);
        return { signature, approval, card };
      });
    });
  }

  /**
   * The roster by which everything is judged from here on. One that took effect before an interruption takes effect again
   * before anything else: no guard has let it be approved before those who join had presented their tokens to that guard.
   * @throws CeremonyError ROSTER_INVALID, QUORUM_NOT_MET, APPROVAL_*, AUTHORIZATION_TOKEN
   */
  enact(ceremony: Sha256, before: Roster, bytes: Uint8Array, signatures: Signatures, approvals: Signatures): Roster {
    if (this.#setup.isBeingDecided())
      refuse(
        `people are being asked whether the ceremony goes on, under the roster ${before.digest}: none takes its place before they have decided`,
        'begin again with --resume, and have the roster take effect before anybody is asked',
      );
    const isAgain = this.#setup.resumes && this.#being === undefined && !this.#setup.isGoingOn();
    const { after, statement, renews } = this.#proposed(ceremony, before, bytes, isAgain);
    for (const seat of approvals.keys())
      if (renews.includes(seat))
        throw new CeremonyError(
          'APPROVAL_STRANGER',
          `"${escapeForeign(seat)}" is enrolled anew: the others approve that, and no token of before`,
        );
    // What took effect before an interruption is told before what was declared, and approved, since the ledger.
    const isLost: IsLost = isAgain ? () => false : this.#setup.isLost;
    this.#holdApprovals(before, statement, approvals, isLost);
    for (const seat of signatures.keys())
      if ((memberOf(after, seat)?.tokens.length ?? 0) === 0)
        throw new CeremonyError(
          'APPROVAL_STRANGER',
          `"${escapeForeign(seat)}" has no token on the roster to be signed`,
        );
    for (const member of after.members) {
      const { seat, tokens } = member;
      if (tokens.length === 0) continue;
      const signature = signatures.get(seat) ?? refuse(`"${seat}" has not signed the roster`);
      verifyAsMember(
        signature,
        bytes,
        withoutLost(member, isLost).tokens.map(({ signing }) => signing),
      );
      this.#holdSeen(seat, this.#signed);
    }
    return after;
  }

  #holdApprovals(before: Roster, statement: Uint8Array, approvals: Signatures, isLost: IsLost): void {
    const { seats, need, faults } = countInClass(
      rosterWithoutLost(before, approvals, isLost),
      CLASS,
      statement,
      [...approvals].map(([seat, signature]) => ({ seat, signature })),
    );
    const [fault] = faults;
    if (fault) throw new CeremonyError(fault.code, fault.message);
    for (const seat of seats) this.#holdSeen(seat, this.#approved);
    if (seats.length < need)
      throw new CeremonyError(
        'QUORUM_NOT_MET',
        `${seats.length} of ${need} needed people approved the change of the roster (${seats.join(', ') || 'nobody'})`,
      );
  }

  /** What a token signs it signs after its holder has read the page that this guard draws. */
  #holdSeen(seat: string, seen: ReadonlySet<string>): void {
    if (this.#setup.resumes || seen.has(seat)) return;
    throw new CeremonyError(
      'QUORUM_NOT_MET',
      `"${seat}" signed, but did not present their token to this guard for it`,
      { hint: 'a person approves here, after reading the screen that the guard draws' },
    );
  }

  /** @param isAgain whether it may have taken effect in front of another guard, before an interruption */
  #proposed(ceremony: Sha256, before: Roster, bytes: Uint8Array, isAgain: boolean): Proposed {
    const after = readRoster(bytes);
    if (this.#being !== undefined && this.#being !== after.digest)
      refuse(`the roster ${this.#being} is being signed; this is another one: ${after.digest}`);
    const [fault] = rosterChangeFaults(before, after);
    if (fault !== undefined) refuse(`the roster cannot follow the one in force: ${fault}`);
    const { leaves, joins, renews } = rosterDifference(before, after);
    const enrolled = [...joins, ...renews];
    for (const seat of enrolled) this.#holdJoining(memberOf(after, seat) as Member, isAgain);
    for (const { seat } of this.#setup.enrolments())
      if (!enrolled.includes(seat)) refuse(`"${seat}" was enrolled here, and does not stand in the roster`);
    const { authorization } = this.#setup;
    const statement = rosterChangeBytes({
      ...{ ceremony, authorization: authorization.digest, previous: before.digest, roster: after.digest },
      ...{ leaves, joins, renews },
    });
    return { after, statement, renews };
  }

  /** Every token of whoever joins, or stays with another one, was presented to this guard: enrolled by it, or after an interruption once more. */
  #holdJoining({ seat, role, tokens }: Member, isAgain: boolean): void {
    const { authorization, enrolments, resumes } = this.#setup;
    this.#holdFormer(seat);
    for (const token of tokens) {
      if (this.#setup.isLost(token.signingSpki))
        refuse(
          `the token ${serialShown(token.serial)} of "${seat}" is declared lost`,
          'where it was found, the quorum declares that first, in a "record-loss" step',
        );
      if (!authorization.tokens.some(({ serial, model }) => serial === token.serial && model === token.model))
        throw new CeremonyError(
          'AUTHORIZATION_TOKEN',
          `the token ${serialShown(token.serial)} of "${seat}" is not named in the authorization`,
        );
      const enrolled = enrolments().some(
        (one) => one.seat === seat && one.role === role && isSameToken(one.token, token),
      );
      if (!enrolled && !isAgain)
        refuse(
          `the token ${serialShown(token.serial)} of "${seat}" was not enrolled here as ${role}, as it stands there`,
          ...(resumes ? ['whoever was enrolled before the interruption presents their token to this guard first'] : []),
        );
    }
  }

  #holdFormer(seat: string): void {
    if (this.#setup.former.has(seat))
      refuse(`"${escapeForeign(seat)}" left the roster in an earlier ceremony; its name is never another person's`);
  }
}

function refuse(what: string, hint?: string): never {
  throw new CeremonyError('ROSTER_INVALID', what, hint === undefined ? {} : { hint });
}
