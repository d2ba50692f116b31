import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const manifestEvents = defineCheck({
  id: 'MANIFEST-EVENTS',
  title: 'the manifest names the number of events',
  needs: ['manifest', 'chainLines'],
  run({ manifest, chainLines }, { report }) {
    if (manifest.events !== chainLines.length) {
      report(PATH.manifest, `"events" is ${manifest.events}; the transcript has ${chainLines.length}`);
    }
  },
});
