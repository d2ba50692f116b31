import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const manifestRoster = defineCheck({
  id: 'MANIFEST-ROSTER',
  title: 'the manifest names the roster in the pack',
  needs: ['manifest', 'roster'],
  run({ manifest, roster }, { report }) {
    if (manifest.roster !== roster.digest) {
      report(PATH.manifest, `"roster" is ${manifest.roster}; roster/roster.json has ${roster.digest}`);
    }
  },
});
