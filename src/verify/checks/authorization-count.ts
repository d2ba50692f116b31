import { PATH } from '../../pack/layout.ts';
import { isFounding, memberOf } from '../../quorum/roster.ts';
import { defineCheck } from '../check.ts';
import { isSignedBy, signaturesIn } from '../signatures-in.ts';

export const authorizationCount = defineCheck({
  id: 'AUTHORIZATION-COUNT',
  title: 'as many people authorized the ceremony as the roster demands; a rehearsal may be unsigned',
  needs: ['roster', 'authorization', 'opening'],
  run({ roster, authorization, opening }, { pack, report, note }) {
    if (isFounding(authorization)) {
      note('the authorization is not signed: before the first roster there was nobody who could');
      return;
    }
    const rule = roster.classes.get('authorize');
    const signatures = signaturesIn(pack, 'authorization');
    const content = pack.need(PATH.authorization);
    const valid = signatures.filter(({ seat, signature }) => {
      const member = memberOf(roster, seat);
      return member !== undefined && member.role === rule?.role && isSignedBy(member, signature, content);
    });
    if (rule && valid.length >= rule.need) return;
    if (signatures.length === 0 && opening.mode === 'rehearsal')
      note('the authorization is not signed, as a rehearsal may have it');
    else if (!rule) report(PATH.authorization, 'the roster has no class "authorize", so nobody can have signed it');
    else report(PATH.authorization, `signed by ${valid.length} of role "${rule.role}"; ${rule.need} are needed`);
  },
});
