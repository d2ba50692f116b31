import { memberOf } from '../../quorum/roster.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const approvalRole = defineCheck({
  id: 'APPROVAL-ROLE',
  title: 'only members approve whose role approves what is of that class',
  needs: ['ballots', 'rosterAt'],
  run({ ballots, rosterAt }, { report }) {
    for (const { operationClass, approvals } of ballots) {
      for (const event of approvals) {
        const roster = rosterAt(event.seq);
        const role = roster.classes.get(operationClass)?.role;
        const member = memberOf(roster, event.seat);
        if (!member) report(at(event), `"${event.seat}" is not on the roster`);
        else if (role !== undefined && member.role !== role) {
          report(at(event), `"${event.seat}" is ${member.role}; class "${operationClass}" is approved by ${role}`);
        }
      }
    }
  },
});
