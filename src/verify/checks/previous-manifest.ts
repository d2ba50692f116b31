import { NO_DIGEST } from '../../base/digest.ts';
import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const previousManifest = defineCheck({
  id: 'PREVIOUS-MANIFEST',
  title: 'the manifest of the pack before this one is the one that the first event names',
  needs: ['opening'],
  run({ opening }, { pack, report }) {
    const digest = pack.digest(PATH.previousManifest);
    if (opening.previous === NO_DIGEST) {
      if (digest !== undefined) report(PATH.previousManifest, 'it is here, and the first event names no pack before');
    } else if (digest !== opening.previous) {
      report(PATH.previousManifest, `SHA-256 is ${digest ?? '(absent)'}; the first event names ${opening.previous}`);
    }
  },
});
