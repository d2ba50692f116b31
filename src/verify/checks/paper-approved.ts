import { isOfPaper } from '../../ledger/paper-shares.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const paperApproved = defineCheck({
  id: 'PAPER-APPROVED',
  title: 'a share is printed only once all its custodians have approved an operation that says that it is on paper',
  needs: ['events', 'proposals'],
  run({ events, proposals }, { report }) {
    for (const event of events.filter(isOfPaper)) {
      const { set, seat } = event.facts;
      const isPrinted = proposals.some(({ descriptor: { operation }, approvals }) => {
        if (operation.op !== 'wrap-key' || !operation.paper || operation.set.id !== set) return false;
        const approved = new Set(approvals.flatMap((one) => (one.seq < event.seq ? [one.seat] : [])));
        return operation.set.shares.every((share) => approved.has(share.seat));
      });
      if (!isPrinted)
        report(
          at(event),
          `a share of "${String(seat)}" of the set ${String(set)} is printed, and not all its custodians had approved that it is on paper`,
        );
    }
  },
});
