import { memberOf } from '../../quorum/roster.ts';
import { addendaIn } from '../addenda.ts';
import { defineCheck } from '../check.ts';

export const addendumStranger = defineCheck({
  id: 'ADDENDUM-STRANGER',
  title: 'only members with a token have signed an addendum',
  needs: ['rosterAtEnd'],
  run({ rosterAtEnd: roster }, { pack, report }) {
    for (const { seat, path } of addendaIn(pack).flatMap(({ signatures }) => signatures)) {
      const member = memberOf(roster, seat);
      if (!member) report(path, `"${seat}" is not on the roster`);
      else if (member.tokens.length === 0) report(path, `"${seat}" has no token on the roster; what they sign is ink`);
    }
  },
});
