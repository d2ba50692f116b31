import { memberOf } from '../../quorum/roster.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const approvalToken = defineCheck({
  id: 'APPROVAL-TOKEN',
  title: "every approval names one of the approver's own tokens, with its origin",
  needs: ['ballots', 'rosterAt'],
  run({ ballots, rosterAt }, { report }) {
    for (const event of ballots.flatMap((ballot) => ballot.approvals)) {
      const member = memberOf(rosterAt(event.seq), event.seat);
      if (!member || member.tokens.length === 0) continue;
      // Two cards of one person may have one serial, or none.
      const named = member.tokens.filter((candidate) => candidate.serial === event.token);
      const [token] = named;
      if (!token) report(at(event), `"${event.token}" is no token of "${event.seat}" on the roster`);
      else if (!named.some(({ origin }) => origin === event.origin))
        report(at(event), `the origin is "${event.origin}"; the roster says "${token.origin}"`);
    }
  },
});
