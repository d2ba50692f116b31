import { statementSignaturePath } from '../../pack/layout.ts';
import { changeOf } from '../../plan/roster-change.ts';
import { readEnrolment } from '../../quorum/enrolment.ts';
import { type Member, memberOf } from '../../quorum/roster.ts';
import { defineCheck } from '../check.ts';
import { signatureFault } from '../signatures-in.ts';

export const statementSignature = defineCheck({
  id: 'STATEMENT-SIGNATURE',
  title: 'every statement is signed by the person who made it',
  needs: ['events', 'plan', 'rosterAt', 'rosterAtEnd'],
  run({ events, plan, rosterAt, rosterAtEnd }, { pack, report }) {
    const renews = changeOf(plan)?.renews ?? [];
    const isUnchanged = rosterAtEnd.digest === rosterAt(0).digest;
    for (const event of events) {
      if (event.type !== 'statement' || event.statement === null) continue;
      const path = statementSignaturePath(event.statement);
      const content = pack.file(event.statement);
      // Whoever is enrolled signs with the token that is enrolled, which stands on the roster that follows.
      const seated = memberOf(event.kind === 'enrolment' ? rosterAtEnd : rosterAt(event.seq), event.seat);
      const isAnew = event.kind === 'enrolment' && isUnchanged && renews.includes(event.seat);
      const member = isAnew && seated && content ? asEnrolled(seated, content) : seated;
      const signature = pack.file(path);
      if (!content || !signature || !member || member.tokens.length === 0) continue;
      const fault = signatureFault(member, signature, content);
      if (fault) report(path, fault);
    }
  },
});

/** Who was enrolled anew, and the roster never changed: on it they stand with another token. */
function asEnrolled(member: Member, content: Uint8Array): Member {
  try {
    return { ...member, tokens: [readEnrolment(content).token] };
  } catch {
    // Its own step says what is wrong with it.
    return member;
  }
}
