import { CeremonyError } from '../base/errors.ts';
import { requireQuorum, type SignedApproval } from '../quorum/count.ts';
import type { OperationName } from '../quorum/operation.ts';
import { isFounding, type Roster } from '../quorum/roster.ts';

/**
 * Whether a quorum approved what was done before an interruption: by the roster in force, or by the one with which the ceremony
 * began, where it has been changed since. Who has left approved then what they approved.
 * @throws CeremonyError APPROVAL_*, QUORUM_NOT_MET
 */
export function requireQuorumThen(
  inForce: Roster,
  atFirst: Roster,
  operation: OperationName,
  statement: Uint8Array,
  approvals: readonly SignedApproval[],
): void {
  try {
    requireQuorum(inForce, operation, statement, approvals);
  } catch (error) {
    const isChanged = atFirst.digest !== inForce.digest && !isFounding({ roster: atFirst.digest });
    if (!isChanged || !(error instanceof CeremonyError)) throw error;
    requireQuorum(atFirst, operation, statement, approvals);
  }
}
