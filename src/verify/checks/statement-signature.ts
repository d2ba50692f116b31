import { statementSignaturePath } from '../../pack/layout.ts';
import { readEnrolment } from '../../quorum/enrolment.ts';
import { type Member, memberOf } from '../../quorum/roster.ts';
import { defineCheck } from '../check.ts';
import { signatureFault } from '../signatures-in.ts';

export const statementSignature = defineCheck({
  id: 'STATEMENT-SIGNATURE',
  title: 'every statement is signed by the person who made it',
  needs: ['events', 'rosterAt'],
  run({ events, rosterAt }, { pack, report }) {
    for (const event of events) {
      if (event.type !== 'statement' || event.statement === null) continue;
      const path = statementSignaturePath(event.statement);
      const content = pack.file(event.statement);
      const seated = memberOf(rosterAt(event.seq), event.seat);
      const member = event.kind === 'enrolment' && seated && content ? asEnrolled(seated, content) : seated;
      const signature = pack.file(path);
      if (!content || !signature || !member || member.tokens.length === 0) continue;
      const fault = signatureFault(member, signature, content);
      if (fault) report(path, fault);
    }
  },
});

/** Who is enrolled anew signs with the token that is enrolled, and stands on the roster with another one until it changes. */
function asEnrolled(member: Member, content: Uint8Array): Member {
  try {
    return { ...member, tokens: [readEnrolment(content).token] };
  } catch {
    // Its own step says what is wrong with it.
    return member;
  }
}
