import { PATH } from '../../pack/layout.ts';
import { rosterSignaturePath } from '../../quorum/roster-files.ts';
import { defineCheck } from '../check.ts';

export const rosterSigners = defineCheck({
  id: 'ROSTER-SIGNERS',
  title: 'every member with a token has signed the roster',
  needs: ['roster'],
  run({ roster }, { pack, report }) {
    for (const { seat, evidence } of roster.members) {
      const path = rosterSignaturePath(seat);
      if (evidence === 'token' && pack.size(path) === undefined)
        report(PATH.roster, `"${seat}" has not signed it: there is no ${path}`);
    }
  },
});
