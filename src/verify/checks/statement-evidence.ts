import { memberOf } from '../../quorum/roster.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const statementEvidence = defineCheck({
  id: 'STATEMENT-EVIDENCE',
  title: 'who has a token states by token, who has none on paper',
  needs: ['events', 'rosterAt', 'rosterAtEnd', 'changed'],
  run({ events, rosterAt, rosterAtEnd, changed }, { report }) {
    for (const event of events) {
      if (event.type !== 'statement') continue;
      const isEnrolment = event.kind === 'enrolment';
      // Whoever was enrolled is judged by the roster that came of it.
      const roster = isEnrolment ? rosterAtEnd : rosterAt(event.seq);
      const member = memberOf(roster, event.seat);
      // Ended before there was a roster, or before it was changed: an enrolment is judged by the certificate in it.
      if (isEnrolment && !member && changed === null) continue;
      if (!member) report(at(event), `"${event.seat}" is not on the roster`);
      else if (member.evidence !== event.evidence) {
        report(at(event), `"${event.seat}" stated by ${event.evidence}; the roster says ${member.evidence}`);
      } else if ((event.evidence === 'token') !== (event.statement !== null && event.signature !== null)) {
        report(
          at(event),
          `a statement by ${event.evidence} ${event.evidence === 'token' ? 'lacks its file' : 'has a file'}`,
        );
      }
    }
  },
});
