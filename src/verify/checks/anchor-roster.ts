import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const anchorRoster = defineCheck({
  id: 'ANCHOR-ROSTER',
  title: 'the roster is the one whose digest was given',
  needs: ['roster'],
  run({ roster }, { options, report }) {
    if (options.roster !== undefined && options.roster !== roster.digest) {
      report(PATH.roster, `SHA-256 is ${roster.digest}; the true roster has ${options.roster}`);
    }
  },
});
