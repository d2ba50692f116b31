import { PATH } from '../../pack/layout.ts';
import { isFounding, memberOf } from '../../quorum/roster.ts';
import { defineCheck } from '../check.ts';
import { signatureFault, signaturesIn } from '../signatures-in.ts';

export const rosterSignature = defineCheck({
  id: 'ROSTER-SIGNATURE',
  title: 'every signature over the roster is by a member with a token, and verifies',
  needs: ['roster'],
  run({ roster }, { pack, report }) {
    if (isFounding({ roster: roster.digest })) return;
    const content = pack.need(PATH.roster);
    for (const { seat, path, signature } of signaturesIn(pack, 'roster')) {
      const member = memberOf(roster, seat);
      const fault = member ? signatureFault(member, signature, content) : `"${seat}" is not on the roster`;
      if (fault) report(path, fault);
    }
  },
});
