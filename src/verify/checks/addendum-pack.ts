import { addendumPath, PATH } from '../../pack/layout.ts';
import { addendaIn } from '../addenda.ts';
import { defineCheck } from '../check.ts';

export const addendumPack = defineCheck({
  id: 'ADDENDUM-PACK',
  title: 'every addendum names the manifest of this pack',
  needs: [],
  run(_parts, { pack, report }) {
    const manifest = pack.digest(PATH.manifest);
    for (const { folder, content } of addendaIn(pack)) {
      if (!content || content.pack === manifest) continue;
      const found = manifest === undefined ? 'this pack was never sealed and has none' : `this one is ${manifest}`;
      report(addendumPath(folder), `names the manifest ${content.pack} of another pack; ${found}`);
    }
  },
});
