import { isListed } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const manifestUnlisted = defineCheck({
  id: 'MANIFEST-UNLISTED',
  title: 'every file that a manifest lists is listed',
  needs: ['manifest'],
  run({ manifest }, { pack, report }) {
    const listed = new Set(manifest.files.map((file) => file.path));
    for (const path of pack.paths) {
      if (isListed(path) && !listed.has(path))
        report(path, 'the pack has this file, and the manifest does not list it');
    }
  },
});
