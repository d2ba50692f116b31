import { CeremonyError, type ErrorCode } from '../base/errors.ts';
import type { OperationClass } from './classes.ts';
import { verifyAsMember } from './member-signature.ts';
import { CLASS_OF, type OperationName } from './operation.ts';
import { memberOf, type Roster, ruleFor } from './roster.ts';

export interface SignedApproval {
  readonly seat: string;
  readonly signature: Uint8Array;
}

export interface ApprovalFault {
  readonly code: ErrorCode;
  readonly seat: string;
  readonly message: string;
}

export interface ApprovalCount {
  /** Distinct people whose approval holds, sorted. */
  readonly seats: readonly string[];
  readonly need: number;
  readonly faults: readonly ApprovalFault[];
}

/**
 * Counts who approved one statement. People are told apart before they are counted: a second approval by the same
 * person, by any of their tokens, is a fault and never a second vote.
 */
export function countApprovals(
  roster: Roster,
  operation: OperationName,
  statement: Uint8Array,
  approvals: readonly SignedApproval[],
): ApprovalCount {
  return countInClass(roster, CLASS_OF[operation], statement, approvals);
}

/** The same by class, for what is approved and is no operation: a deviation. */
export function countInClass(
  roster: Roster,
  operationClass: OperationClass,
  statement: Uint8Array,
  approvals: readonly SignedApproval[],
): ApprovalCount {
  const rule = ruleFor(roster, operationClass);
  const seats = new Set<string>();
  const faults: ApprovalFault[] = [];
  for (const { seat, signature } of approvals) {
    const fault = (code: ErrorCode, message: string) => faults.push({ code, seat, message });
    const member = memberOf(roster, seat);
    if (!member) {
      fault('APPROVAL_STRANGER', `"${seat}" is not on the roster`);
    } else if (member.role !== rule.role) {
      fault('APPROVAL_ROLE', `"${seat}" is ${member.role}; class "${operationClass}" is approved by ${rule.role}`);
    } else if (seats.has(seat)) {
      fault('APPROVAL_DUPLICATE', `"${seat}" approved twice; one person counts once`);
    } else {
      try {
        verifyAsMember(
          signature,
          statement,
          member.tokens.map((token) => token.signing),
        );
        seats.add(seat);
      } catch (error) {
        if (!(error instanceof CeremonyError)) throw error;
        fault(error.code, `"${seat}": ${error.message}`);
      }
    }
  }
  return { seats: [...seats].sort(), need: rule.need, faults };
}

/**
 * The same, as a decision.
 * @returns the seats that count, sorted
 * @throws CeremonyError with the code of the first fault, or QUORUM_NOT_MET
 */
export function requireQuorum(
  roster: Roster,
  operation: OperationName,
  statement: Uint8Array,
  approvals: readonly SignedApproval[],
): readonly string[] {
  const count = countApprovals(roster, operation, statement, approvals);
  const [fault] = count.faults;
  if (fault) throw new CeremonyError(fault.code, fault.message);
  if (count.seats.length < count.need) {
    const missing = count.need - count.seats.length;
    throw new CeremonyError(
      'QUORUM_NOT_MET',
      `${count.seats.length} of ${count.need} needed people approved this "${operation}" operation (${count.seats.join(', ') || 'nobody'})`,
      { hint: `${missing} more of role "${ruleFor(roster, CLASS_OF[operation]).role}" must approve` },
    );
  }
  return count.seats;
}
