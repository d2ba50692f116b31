import { memberOf } from '../../quorum/roster.ts';
import { addendaIn } from '../addenda.ts';
import { defineCheck } from '../check.ts';
import { signatureFault } from '../signatures-in.ts';

export const addendumSignature = defineCheck({
  id: 'ADDENDUM-SIGNATURE',
  title: 'every signature over an addendum verifies',
  needs: ['rosterAtEnd'],
  run({ rosterAtEnd: roster }, { pack, report }) {
    for (const { bytes, signatures } of addendaIn(pack)) {
      if (!bytes) continue;
      for (const { seat, path, signature } of signatures) {
        const member = memberOf(roster, seat);
        const fault = member && member.tokens.length > 0 ? signatureFault(member, signature, bytes) : undefined;
        if (fault) report(path, fault);
      }
    }
  },
});
