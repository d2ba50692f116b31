import { PATH } from '../../pack/layout.ts';
import { isFounding, memberOf, type Roster } from '../../quorum/roster.ts';
import { defineCheck } from '../check.ts';
import { signatureFault, signaturesIn } from '../signatures-in.ts';

export const rosterSignature = defineCheck({
  id: 'ROSTER-SIGNATURE',
  title: 'every signature over the roster is by a member with a token, and verifies',
  needs: ['roster', 'changed'],
  run({ roster, changed }, { pack, report }) {
    if (isFounding({ roster: roster.digest })) return;
    const judge = (folder: 'roster' | 'roster/next', by: Roster, content: Uint8Array) => {
      for (const { seat, path, signature } of signaturesIn(pack, folder)) {
        const member = memberOf(by, seat);
        const fault = member ? signatureFault(member, signature, content) : `"${seat}" is not on the roster`;
        if (fault) report(path, fault);
      }
    };
    judge('roster', roster, pack.need(PATH.roster));
    if (changed) judge('roster/next', changed.after, changed.bytes);
  },
});
