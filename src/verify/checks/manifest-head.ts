import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const manifestHead = defineCheck({
  id: 'MANIFEST-HEAD',
  title: 'the manifest names the head of the transcript',
  needs: ['manifest', 'heads'],
  run({ manifest, heads }, { report }) {
    const head = heads[heads.length - 1];
    if (manifest.head !== head) report(PATH.manifest, `"head" is ${manifest.head}; the last chain line has ${head}`);
  },
});
