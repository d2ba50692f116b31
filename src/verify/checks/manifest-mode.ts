import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const manifestMode = defineCheck({
  id: 'MANIFEST-MODE',
  title: 'the manifest names the mode of the opening',
  needs: ['manifest', 'opening'],
  run({ manifest, opening }, { report }) {
    if (manifest.mode !== opening.mode)
      report(PATH.manifest, `"mode" is "${manifest.mode}"; the opening says "${opening.mode}"`);
  },
});
