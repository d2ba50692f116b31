import { PATH } from '../../pack/layout.ts';
import { countInClass } from '../../quorum/count.ts';
import { rosterChangeBytes, rosterDifference } from '../../quorum/roster-change.ts';
import { defineCheck } from '../check.ts';
import { signaturesIn } from '../signatures-in.ts';

export const rosterApproved = defineCheck({
  id: 'ROSTER-APPROVED',
  title:
    'a roster took the place of another only because as many had approved exactly that as the one before demands, each by a signature that verifies, and none with a token that it replaces',
  needs: ['roster', 'changed', 'ceremony', 'authorization'],
  run({ roster, changed, ceremony, authorization }, { pack, report }) {
    if (!changed) return;
    const statement = rosterChangeBytes({
      ...{ ceremony, authorization: authorization.digest, previous: roster.digest, roster: changed.after.digest },
      ...rosterDifference(roster, changed.after),
    });
    const found = pack.file(PATH.rosterChange);
    if (!found) return report(PATH.rosterChange, 'the pack lacks what was approved');
    if (Buffer.compare(found, statement) !== 0)
      return report(
        PATH.rosterChange,
        'what was approved is not the change from the one roster in the pack to the other',
      );
    const { renews } = rosterDifference(roster, changed.after);
    const approvals = signaturesIn(pack, 'roster/change').filter(({ seat }) => {
      if (!renews.includes(seat)) return true;
      // Whoever has the token that is replaced would decide on that.
      report(`roster/change/${seat}.p7s`, `"${seat}" is enrolled anew, and does not approve that`);
      return false;
    });
    const { seats, need, faults } = countInClass(roster, 'administer', statement, approvals);
    for (const { seat, message } of faults) report(`roster/change/${seat}.p7s`, message);
    if (seats.length < need)
      report(
        PATH.rosterChange,
        `${seats.length} of ${need} needed people approved the change (${seats.join(', ') || 'nobody'})`,
      );
  },
});
