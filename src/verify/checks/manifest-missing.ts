import { defineCheck } from '../check.ts';

export const manifestMissing = defineCheck({
  id: 'MANIFEST-MISSING',
  title: 'every file that the manifest lists is there',
  needs: ['manifest'],
  run({ manifest }, { pack, report }) {
    for (const { path } of manifest.files) {
      if (pack.size(path) === undefined) report(path, 'the manifest lists this file, and the pack does not have it');
    }
  },
});
