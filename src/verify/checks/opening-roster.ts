import { NO_DIGEST } from '../../base/digest.ts';
import { PATH } from '../../pack/layout.ts';
import { isFounding } from '../../quorum/roster.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const openingRoster = defineCheck({
  id: 'OPENING-ROSTER',
  title: 'the opening names the roster in the pack, or none in a first enrolment, which makes it',
  needs: ['opening', 'authorization'],
  run({ opening, authorization }, { pack, report }) {
    if (isFounding(authorization)) {
      if (!isFounding(opening))
        report(at(opening), `"roster" is ${opening.roster}; a first enrolment opens with ${NO_DIGEST}`);
      return;
    }
    const digest = pack.digest(PATH.roster);
    if (digest !== undefined && opening.roster !== digest)
      report(at(opening), `"roster" is ${opening.roster}; roster/roster.json has ${digest}`);
  },
});
