import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const anchorRoster = defineCheck({
  id: 'ANCHOR-ROSTER',
  title:
    'the roster is the one whose digest was given, or the one that took its place in this ceremony; in a chain, one that followed it',
  needs: ['roster', 'changed'],
  run({ roster, changed }, { options, report }) {
    const trusted = new Set([options.roster, ...(options.followed ?? [])]);
    if (
      options.roster !== undefined &&
      !trusted.has(roster.digest) &&
      !(changed && trusted.has(changed.after.digest))
    ) {
      report(PATH.roster, `SHA-256 is ${roster.digest}; the true roster has ${options.roster}`);
    }
  },
});
