import { PATH } from '../../pack/layout.ts';
import { memberOf } from '../../quorum/roster.ts';
import { defineCheck } from '../check.ts';

export const rosterSeats = defineCheck({
  id: 'ROSTER-SEATS',
  title: 'everybody whom the plan seats is on the roster, in that role',
  needs: ['roster', 'plan'],
  run({ roster, plan }, { report }) {
    for (const [role, seats] of Object.entries(plan.seats)) {
      for (const seat of seats) {
        const member = memberOf(roster, seat);
        if (!member) report(PATH.roster, `"${seat}", whom the plan seats as ${role}, is not on the roster`);
        else if (member.role !== role) report(PATH.roster, `"${seat}" is ${member.role} on the roster; the plan seats them as ${role}`);
      }
    }
  },
});
