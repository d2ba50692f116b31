import { PATH } from '../../pack/layout.ts';
import { isFounding, memberOf } from '../../quorum/roster.ts';
import { defineCheck } from '../check.ts';
import { signatureFault, signaturesIn } from '../signatures-in.ts';

export const authorizationSignature = defineCheck({
  id: 'AUTHORIZATION-SIGNATURE',
  title: 'every signature over the authorization is by somebody whose role authorizes, and verifies',
  needs: ['roster', 'authorization'],
  run({ roster, authorization }, { pack, report }) {
    const role = roster.classes.get('authorize')?.role;
    const content = pack.need(PATH.authorization);
    for (const { seat, path, signature } of signaturesIn(pack, 'authorization')) {
      const member = memberOf(roster, seat);
      if (isFounding(authorization)) report(path, 'the authorization names no roster, so nobody can have signed it');
      else if (!member) report(path, `"${seat}" is not on the roster`);
      else if (member.role !== role)
        report(path, `"${seat}" is ${member.role}; class "authorize" needs ${role ?? 'a rule in the roster'}`);
      else {
        const fault = signatureFault(member, signature, content);
        if (fault) report(path, fault);
      }
    }
  },
});
