import { NO_DIGEST } from '../../base/digest.ts';
import { PATH } from '../../pack/layout.ts';
import { readManifest } from '../../pack/manifest.ts';
import { defineCheck } from '../check.ts';

export const previousRoster = defineCheck({
  id: 'PREVIOUS-ROSTER',
  title: 'the roster is the one with which the ceremony before ended: it changes in a ceremony, and not between two',
  needs: ['authorization', 'roster', 'before'],
  run({ authorization, roster }, { pack, report }) {
    // One that is not the manifest authorized is another check's to report.
    if (authorization.previous === NO_DIGEST || pack.digest(PATH.previousManifest) !== authorization.previous) return;
    const { roster: then } = readManifest(pack.need(PATH.previousManifest));
    if (then !== roster.digest)
      report(PATH.roster, `SHA-256 is ${roster.digest}; the ceremony before ended under ${then}`);
  },
});
