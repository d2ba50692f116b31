import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const manifestRoster = defineCheck({
  id: 'MANIFEST-ROSTER',
  title: 'the manifest names the roster in the pack; where it was changed, the one that was in force at the end',
  needs: ['manifest', 'rosterAtEnd'],
  run({ manifest, rosterAtEnd: roster }, { report }) {
    if (manifest.roster !== roster.digest) {
      report(PATH.manifest, `"roster" is ${manifest.roster}; the one in force at the end has ${roster.digest}`);
    }
  },
});
