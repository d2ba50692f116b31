import { PATH, statementSignaturePath } from '../../pack/layout.ts';
import type { Pack } from '../../pack/pack-reader.ts';
import { readEnrolment } from '../../quorum/enrolment.ts';
import { type Member, type MemberToken, memberOf } from '../../quorum/roster.ts';
import { isSameToken, rosterChangeFaults, rosterDifference } from '../../quorum/roster-change.ts';
import type { Event } from '../../transcript/event.ts';
import { defineCheck } from '../check.ts';
import { signatureFault } from '../signatures-in.ts';

export const rosterFollows = defineCheck({
  id: 'ROSTER-FOLLOWS',
  title:
    'a roster that took the place of another names it, leaves its numbers and those who stay as they were, and has nobody new, and no new token, but what was enrolled here',
  needs: ['roster', 'changed', 'events'],
  run({ roster, changed, events }, { pack, report }) {
    if (!changed) return;
    const { after, since } = changed;
    for (const fault of rosterChangeFaults(roster, after)) report(PATH.nextRoster, fault);
    const enrolled = events.filter(({ seq }) => seq < since).flatMap((event) => enrolledBy(event, pack));
    const { joins, renews } = rosterDifference(roster, after);
    for (const seat of [...joins, ...renews]) {
      const member = memberOf(after, seat) as Member;
      for (const token of member.tokens)
        if (!enrolled.some((one) => one.seat === seat && one.role === member.role && isSameToken(one.token, token)))
          report(PATH.nextRoster, `a token of "${seat}" was not enrolled in this ceremony as ${member.role}`);
    }
  },
});

/** What a statement enrolled, signed by the token itself; nothing for any other event, or where its own checks find a fault. */
function enrolledBy(
  event: Event,
  pack: Pack,
): readonly { readonly seat: string; readonly role: string; readonly token: MemberToken }[] {
  if (event.type !== 'statement' || event.kind !== 'enrolment' || event.statement === null) return [];
  const content = pack.file(event.statement);
  const signature = pack.file(statementSignaturePath(event.statement));
  if (!content || !signature) return [];
  try {
    const { seat, role, token } = readEnrolment(content);
    const member: Member = { seat, role, evidence: 'token', tokens: [token] };
    return signatureFault(member, signature, content) === undefined ? [{ seat, role, token }] : [];
  } catch {
    return [];
  }
}
