import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const manifestCeremony = defineCheck({
  id: 'MANIFEST-CEREMONY',
  title: 'the manifest names the ceremony by the digest of its first event',
  needs: ['manifest', 'ceremony'],
  run({ manifest, ceremony }, { report }) {
    if (manifest.ceremony !== ceremony) {
      report(PATH.manifest, `"ceremony" is ${manifest.ceremony}; the first event line has ${ceremony}`);
    }
  },
});
