import { countApprovals } from '../quorum/count.ts';
import type { EventOf, Parts, Proposal } from './parts.ts';

/**
 * Only approvals that are recorded before the intent are counted, and only from files that are as recorded; by the roster that
 * holds at the intent: whoever has left by then counts no more.
 * @param recorded the signatures of those approvals of a proposal
 */
export function approvalCounts(
  proposals: readonly Proposal[],
  rosterAt: Parts['rosterAt'],
  recorded: (seq: number, before: readonly EventOf<'approval'>[]) => Parameters<typeof countApprovals>[3],
): Parts['counts'] {
  return new Map(
    proposals.map(({ seq, descriptor, statement, approvals, intents }) => {
      const intent = intents[0]?.seq;
      const before = approvals.filter((event) => event.seq < (intent ?? Number.POSITIVE_INFINITY));
      return [seq, countApprovals(rosterAt(intent ?? seq), descriptor.operation.op, statement, recorded(seq, before))];
    }),
  );
}
