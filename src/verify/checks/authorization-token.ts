import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const authorizationToken = defineCheck({
  id: 'AUTHORIZATION-TOKEN',
  title: 'every approval was given with a quorum token that the authorization names',
  needs: ['authorization', 'proposals'],
  run({ authorization, proposals }, { report }) {
    const named = new Set(authorization.tokens.map((token) => token.serial));
    for (const event of proposals.flatMap((proposal) => proposal.approvals)) {
      if (!named.has(event.token))
        report(at(event), `the token "${event.token}" is not one that the authorization names`);
    }
  },
});
