import { approvalSignaturePath } from '../../pack/layout.ts';
import { memberOf } from '../../quorum/roster.ts';
import { defineCheck } from '../check.ts';
import { signatureFault } from '../signatures-in.ts';

export const approvalSignature = defineCheck({
  id: 'APPROVAL-SIGNATURE',
  title: 'every approval is a signature over the statement, by the member and the token that are recorded',
  needs: ['ballots', 'rosterAt'],
  run({ ballots, rosterAt }, { pack, report }) {
    for (const { seq, statement, approvals } of ballots) {
      for (const event of approvals) {
        const path = approvalSignaturePath(seq, event.seat);
        const signature = pack.file(path);
        const member = memberOf(rosterAt(event.seq), event.seat);
        if (!signature || !member) continue;
        // The token that is named must have signed, not the person's other one; an unknown token is APPROVAL-TOKEN's.
        const named = member.tokens.filter((token) => token.serial === event.token);
        const fault = signatureFault(named.length > 0 ? { ...member, tokens: named } : member, signature, statement);
        if (fault) report(path, fault);
      }
    }
  },
});
