import { PATH } from '../../pack/layout.ts';
import { nextRosterSignaturePath, rosterSignaturePath } from '../../quorum/roster-files.ts';
import { defineCheck } from '../check.ts';

export const rosterSigners = defineCheck({
  id: 'ROSTER-SIGNERS',
  title: 'every member with a token has signed the roster',
  needs: ['roster', 'changed'],
  run({ roster, changed }, { pack, report }) {
    for (const { seat, evidence } of roster.members) {
      const path = rosterSignaturePath(seat);
      if (evidence === 'token' && pack.size(path) === undefined)
        report(PATH.roster, `"${seat}" has not signed it: there is no ${path}`);
    }
    for (const { seat, evidence } of changed?.after.members ?? []) {
      const path = nextRosterSignaturePath(seat);
      if (evidence === 'token' && pack.size(path) === undefined)
        report(PATH.nextRoster, `"${seat}" has not signed it: there is no ${path}`);
    }
  },
});
