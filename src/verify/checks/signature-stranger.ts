import { memberOf } from '../../quorum/roster.ts';
import { defineCheck } from '../check.ts';
import { signaturesIn } from '../signatures-in.ts';

export const signatureStranger = defineCheck({
  id: 'SIGNATURE-STRANGER',
  title: 'only members with a token have signed the manifest',
  needs: ['rosterAtEnd'],
  run({ rosterAtEnd: roster }, { pack, report }) {
    for (const { seat, path } of signaturesIn(pack, 'signatures')) {
      const member = memberOf(roster, seat);
      if (!member) report(path, `"${seat}" is not on the roster`);
      else if (member.tokens.length === 0) report(path, `"${seat}" has no token on the roster; what they sign is ink`);
    }
  },
});
