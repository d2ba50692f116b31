import { PATH } from '../../pack/layout.ts';
import { isFounding } from '../../quorum/roster.ts';
import { defineCheck } from '../check.ts';

export const anchorMissing = defineCheck({
  id: 'ANCHOR-MISSING',
  title: 'the roster is held to a digest from outside the pack; without one all else is consistent, not anchored',
  needs: ['roster'],
  run({ roster }, { options, note, report }) {
    if (isFounding({ roster: roster.digest })) {
      note('nothing anchors this pack: the first enrolment ended before it had made a roster');
      return;
    }
    if (options.roster === undefined) {
      report(
        PATH.roster,
        `consistent, not anchored: no digest from outside the pack says that ${roster.digest} is the true roster`,
      );
    }
  },
});
