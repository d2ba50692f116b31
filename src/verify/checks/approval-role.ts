import { CLASS_OF } from '../../quorum/operation.ts';
import { memberOf } from '../../quorum/roster.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const approvalRole = defineCheck({
  id: 'APPROVAL-ROLE',
  title: 'only members approve whose role approves operations of that class',
  needs: ['proposals', 'roster'],
  run({ proposals, roster }, { report }) {
    for (const { descriptor, approvals } of proposals) {
      const operationClass = CLASS_OF[descriptor.operation.op];
      const role = roster.classes.get(operationClass)?.role;
      for (const event of approvals) {
        const member = memberOf(roster, event.seat);
        if (!member) report(at(event), `"${event.seat}" is not on the roster`);
        else if (role !== undefined && member.role !== role) {
          report(at(event), `"${event.seat}" is ${member.role}; class "${operationClass}" is approved by ${role}`);
        }
      }
    }
  },
});
